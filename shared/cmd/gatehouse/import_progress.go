package main

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/term"

	"gatehouse/shared/bulk"
)

const (
	progressLines = 10_000                 // between two reports to a log: a hundred for a million users
	progressEvery = 100 * time.Millisecond // between two reports on a terminal, which nobody can read faster
)

// progress reports on stderr how far an import is: on a terminal in one line that is drawn again and again, elsewhere in a
// line now and then. The share that is done, and the time that is left, are known of a file but not of a pipe.
type progress struct {
	stderr       io.Writer
	onTerminal   bool
	source       io.Reader
	size         int64 // of the source, in bytes; 0: unknown
	read         atomic.Int64
	begun, drawn time.Time
}

func newProgress(source io.Reader, stderr io.Writer) *progress {
	p := &progress{stderr: stderr, source: source, begun: now()}
	if file, ok := source.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
			p.size = info.Size()
		}
	}
	file, ok := stderr.(*os.File)
	p.onTerminal = ok && term.IsTerminal(int(file.Fd()))
	return p
}

// Read counts what is read of the source.
func (p *progress) Read(b []byte) (int, error) {
	n, err := p.source.Read(b)
	p.read.Add(int64(n))
	return n, err
}

// settled is called after each line.
func (p *progress) settled(count bulk.Tally) {
	lines, at := count.All(), now()
	if p.onTerminal && at.Sub(p.drawn) < progressEvery || !p.onTerminal && lines%progressLines != 0 {
		return
	}
	p.drawn = at
	passed := max(at.Sub(p.begun), time.Millisecond)
	text := fmt.Sprintf("%d lines, %.0f/s, %d failed", lines, float64(lines)/passed.Seconds(), count.Failed)
	if read := p.read.Load(); p.size > 0 && read > 0 {
		left := time.Duration(float64(passed) * (float64(p.size)/float64(read) - 1))
		text = fmt.Sprintf("%d%%, %s, %s left", 100*read/p.size, text, left.Round(time.Second))
	}
	p.clear()
	if !p.onTerminal {
		text += "\n"
	}
	_, _ = io.WriteString(p.stderr, text)
}

// badLine reports what is wrong with a line.
func (p *progress) badLine(number int, reason error) {
	p.clear()
	_, _ = fmt.Fprintf(p.stderr, "line %d: %s\n", number, oneLine(reason))
}

// warning reports a problem with a line that was stored.
func (p *progress) warning(number int, text string) {
	p.clear()
	_, _ = fmt.Fprintf(p.stderr, "line %d: warning: %s\n", number, text)
}

// clear erases the progress on a terminal.
func (p *progress) clear() {
	if p.onTerminal {
		_, _ = io.WriteString(p.stderr, "\r\x1b[K")
	}
}
