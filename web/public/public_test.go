package public_test

import (
	"testing"

	_ "qualsys/web/public"

	"qualsys/web/page/look"
)

func TestThePages(t *testing.T) { look.Stories(t, "public/") }
