package officer_test

import (
	"testing"

	_ "qualsys/web/officer"
	"qualsys/web/page/look"
)

func TestTheStories(t *testing.T) { look.Stories(t, "officer/") }
