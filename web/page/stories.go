package page

import (
	"slices"
	"strings"
	"sync"

	"github.com/a-h/templ"
)

// Story is one page in one state, with the hardest values we know, to be looked
// at and to be tested without a database.
type Story struct {
	// Name reads "room/page state", such as "public/verdict changed".
	Name string
	// Make returns the page for a reader.
	Make func(View) templ.Component
}

var (
	storyMu sync.Mutex
	stories []Story
)

// Register adds a story. Rooms call it from package variables or init; it
// panics when the name stands already.
func Register(name string, make func(View) templ.Component) {
	storyMu.Lock()
	defer storyMu.Unlock()
	for _, s := range stories {
		if s.Name == name {
			panic("page: story registered twice: " + name)
		}
	}
	stories = append(stories, Story{name, make})
}

// Stories returns every registered story, sorted by name.
func Stories() []Story {
	storyMu.Lock()
	defer storyMu.Unlock()
	out := slices.Clone(stories)
	slices.SortFunc(out, func(a, b Story) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// StoryNamed returns the story of that name.
func StoryNamed(name string) (Story, bool) {
	for _, s := range Stories() {
		if s.Name == name {
			return s, true
		}
	}
	return Story{}, false
}

// HardNames are names that break pages: long, dense, rare, right at the edge of
// what fonts and scripts can do. Stories show people with these names.
var HardNames = []string{
	"山田 花子",
	"寿限無寿限無五劫擦切海砂利水魚 長助",
	"ADIGWE CHUKWUEMEKA ODUMEGWU OLUWASEUN EBUNOLUWA CHRISTOPHER",
	"渡邊\U000E0110 恵",
	"𠮷田 𩸽子",
	"髙橋 一",
	"一 一",
	"齾齾 龘",
	"O'BRIEN-SÁNCHEZ MARÍA JOSÉ",
	"ＳＭＩＴＨ\u3000ＪＯＨＮ\u3000ＡＬＥＸＡＮＤＥＲ",
	"<script>alert(1)</script>",
	"null",
}
