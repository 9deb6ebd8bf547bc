package look_test

import (
	"testing"

	"qualsys/web/page/look"
)

func TestTheParts(t *testing.T) { look.Stories(t, "page/") }
