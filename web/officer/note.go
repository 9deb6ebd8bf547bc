package officer

import (
	"strings"

	"qualsys/web/page"
)

// typedNote is what was typed into the note that key names, when its form came back.
func typedNote(v page.View, key string) string {
	if v.Typed.Get(noteKey) == key || v.FaultAt(key) != nil {
		return v.Typed.Get("note")
	}
	return ""
}

// noteKey is where a handler tells the page which of its notes came back. It is
// never sent.
const noteKey = " note"

func describedBy(v page.View, key, hint string) string {
	var ids []string
	if hint != "" {
		ids = append(ids, page.FieldID(key)+"-hint")
	}
	if v.FaultAt(key) != nil {
		ids = append(ids, page.FieldID(key)+"-error")
	}
	return strings.Join(ids, " ")
}
