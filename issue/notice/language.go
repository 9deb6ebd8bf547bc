package notice

// Language is a language that we write in.
type Language string

// The languages that we write in.
const (
	Japanese Language = "ja"
	English  Language = "en"
)
