package browser

import (
	"bytes"
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// patience bounds how long a browser may take to start or a page to settle; it
// only decides when a test that hangs is given up.
const patience = 2 * time.Minute

// Browser is a running Chromium, ended with the test that asked for it.
type Browser struct {
	t   testing.TB
	ctx context.Context
}

// output keeps the last words of the browser, to know why it did not start.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.buf.Len() < 64<<10 {
		o.buf.Write(p)
	}
	return len(p), nil
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// New starts a browser, with its sandbox where the machine allows one. When
// there is no browser, the test is skipped and says why; with QUALSYS_TEST_ALL set
// (as .ci/run does) it fails instead.
func New(t testing.TB) *Browser {
	t.Helper()
	p, err := find()
	if err != nil {
		missing(t, err.Error())
	}
	b, words, err := start(t, p, os.Geteuid() != 0)
	if err != nil && strings.Contains(words, "sandbox") {
		b, words, err = start(t, p, false)
	}
	if err != nil {
		missing(t, "browser: "+p.path+" does not start: "+err.Error()+"\n"+words)
	}
	return b
}

func missing(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("QUALSYS_TEST_ALL") != "" {
		t.Fatal(why)
	}
	t.Skip("SKIPPED FOR LACK OF A BROWSER: " + why)
}

func start(t testing.TB, p program, sandbox bool) (*Browser, string, error) {
	words := &output{}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(p.path), chromedp.Env(p.env...), chromedp.CombinedOutput(words),
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("font-render-hinting", "none"),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", "ja"),
		chromedp.Flag("no-proxy-server", true),
	)
	if !sandbox {
		opts = append(opts, chromedp.NoSandbox)
	}
	base, cancelBase := context.WithCancel(context.Background())
	alloc, cancelAlloc := chromedp.NewExecAllocator(base, opts...)
	ctx, cancel := chromedp.NewContext(alloc)
	stop := func() { cancel(); cancelAlloc(); cancelBase() }
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[int]("1")); err != nil {
		stop()
		return nil, words.String(), err
	}
	t.Cleanup(stop)
	return &Browser{t: t, ctx: ctx}, "", nil
}
