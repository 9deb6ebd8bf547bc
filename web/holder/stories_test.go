package holder_test

import (
	"testing"

	_ "qualsys/web/holder"

	"qualsys/web/page/look"
)

func TestThePages(t *testing.T) { look.Stories(t, "holder/") }
