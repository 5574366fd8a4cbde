package bulk

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"iter"

	"gatehouse/shared/directory"
)

// Form is a file format for users: [JSONLines], [Django] or [CSV].
type Form interface {
	// lines splits a file. A bad line has an error and is followed by the next one; a fault is the last.
	lines(source io.Reader) iter.Seq[line]
	// frame returns what a file has before, between and after its lines. It is called after a line was read.
	frame() (before, between, after string)
}

// maxLine limits the text of one user, in bytes. DynamoDB stores 400 KB of a user, so any user that can be stored is
// shorter in any usual spelling.
const maxLine = 1 << 20

var errLineTooLong = fmt.Errorf("the line is longer than %d bytes", maxLine)

// line is the text of one user.
type line struct {
	number int // of its first line in the file, from 1
	text   []byte
	err    error                           // why the line is bad, or a fault
	record func() (directory.Entry, error) // parses the text; errors show neither passwords nor hashes
}

// bounded returns the line, without its text if that is too long.
func (l line) bounded() line {
	if len(l.text) > maxLine {
		l.text, l.err = nil, errLineTooLong
	}
	return l
}

// unread returns the fault of a source that cannot be read on.
func unread(number int, err error) error {
	return fault{fmt.Errorf("reading line %d: %w", number, err)}
}

const (
	gzipMagic     = "\x1f\x8b" // begins every gzip file (RFC 1952, 2.3.1) and no text
	byteOrderMark = "\uFEFF"   // begins the files of some editors
)

// plainText reads a file that may be compressed with gzip, without its byte order mark.
type plainText struct {
	source io.Reader
	reader io.Reader // nil before the first read
}

func (p *plainText) Read(b []byte) (int, error) {
	if p.reader == nil {
		buffered := bufio.NewReader(p.source)
		if magic, err := buffered.Peek(len(gzipMagic)); err == nil && string(magic) == gzipMagic {
			unzipped, err := gzip.NewReader(buffered)
			if err != nil {
				return 0, err
			}
			buffered = bufio.NewReader(unzipped)
		}
		if mark, err := buffered.Peek(len(byteOrderMark)); err == nil && string(mark) == byteOrderMark {
			_, _ = buffered.Discard(len(byteOrderMark))
		}
		p.reader = buffered
	}
	return p.reader.Read(b)
}

// maxAhead limits how far a decoder reads for one user, and so the memory that a file without an end to it takes.
const maxAhead = 4 * maxLine

// window is a source for a decoder that reports offsets. It keeps the text from the last offset on.
type window struct {
	source io.Reader
	text   []byte
	offset int64 // of the text
	number int   // line breaks before it
	err    error // of the source
}

func (w *window) Read(p []byte) (int, error) {
	if len(w.text) > maxAhead {
		w.err = fmt.Errorf("no user ends within %d bytes", maxAhead)
		return 0, w.err
	}
	n, err := w.source.Read(p)
	w.text = append(w.text, p[:n]...)
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	return n, err
}

// advance moves on to an offset. It returns the text before the offset, without line breaks around it, and the number of
// its first line.
func (w *window) advance(offset int64) (text []byte, number int) {
	passed := w.text[:offset-w.offset]
	text = bytes.TrimLeft(passed, "\r\n")
	number = 1 + w.number + bytes.Count(passed[:len(passed)-len(text)], []byte("\n"))
	w.text, w.offset = w.text[len(passed):], offset
	w.number += bytes.Count(passed, []byte("\n"))
	return bytes.Clone(bytes.TrimRight(text, "\r\n")), number
}
