package main

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"gatehouse/shared/bulk"
)

const (
	// progressLines is how many lines pass between two words of progress where nobody watches: at most a few a minute, a
	// hundred for a million users, and none for a file that is done at once.
	progressLines = 10_000
	// progressEvery is how often a bar is drawn: more often than this nobody can read it.
	progressEvery = 100 * time.Millisecond
)

// progress tells on stderr how far an import is: with a bar on a terminal, else with a line now and then. The share that is
// done, and so the time that is left, is known of a file; of a pipe there is only the count.
type progress struct {
	stderr io.Writer
	bar    *progressbar.ProgressBar // nil: stderr is no terminal
	source io.Reader
	size   int64 // of the source, in bytes; 0: unknown
	read   atomic.Int64
	begun  time.Time
}

func newProgress(source io.Reader, stderr io.Writer) *progress {
	p := &progress{stderr: stderr, source: source, begun: now()}
	if file, ok := source.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
			p.size = info.Size()
		}
	}
	if file, ok := stderr.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		most := p.size
		if most == 0 {
			most = -1
		}
		p.bar = progressbar.NewOptions64(most,
			progressbar.OptionSetWriter(stderr), progressbar.OptionUseANSICodes(true), progressbar.OptionThrottle(progressEvery),
			progressbar.OptionSetSpinnerChangeInterval(0), // or it would draw by itself, amid the messages
		)
	}
	return p
}

// Read counts what is read of the source.
func (p *progress) Read(b []byte) (int, error) {
	n, err := p.source.Read(b)
	p.read.Add(int64(n))
	return n, err
}

// settled is told after each line how far the import is.
func (p *progress) settled(count bulk.Tally) {
	lines := count.All()
	if p.bar == nil && lines%progressLines != 0 {
		return
	}
	text := fmt.Sprintf("%d lines, %.0f/s, %d failed", lines, float64(lines)/max(now().Sub(p.begun).Seconds(), 0.001), count.Failed)
	if p.bar != nil {
		p.bar.Describe(text) // first: setting the share draws the bar too, and nothing else is drawn soon after
		if p.size > 0 {
			_ = p.bar.Set64(min(p.read.Load(), p.size-1)) // the lines under way are read already
		}
		return
	}
	if p.size > 0 {
		text = fmt.Sprintf("%d%%, %s", 100*p.read.Load()/p.size, text)
	}
	_, _ = fmt.Fprintln(p.stderr, text)
}

// badLine says what is wrong with a line, in a line of its own, after which the bar is drawn again.
func (p *progress) badLine(number int, reason error) {
	p.clear()
	_, _ = fmt.Fprintf(p.stderr, "line %d: %s\n", number, oneLine(reason))
}

// warning prints a warning about a line that was stored all the same.
func (p *progress) warning(number int, text string) {
	p.clear()
	_, _ = fmt.Fprintf(p.stderr, "line %d: warning: %s\n", number, text)
}

// clear leaves nothing of the bar.
func (p *progress) clear() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}
