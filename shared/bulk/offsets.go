package bulk

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// maxAhead is how far a decoder may read beyond what it was asked for. It bounds the memory that one object can take.
const maxAhead = 4 * maxLine

// countedLines reads a file for a decoder that knows offsets, and tells the lines that they are in.
type countedLines struct {
	source io.Reader
	read   int64   // bytes
	breaks []int64 // offsets of the line breaks that were read and not passed
	passed int     // line breaks
	at     int64   // up to where they were passed
	ended  error
}

func (c *countedLines) Read(p []byte) (int, error) {
	if c.read > c.at+maxAhead {
		c.ended = fmt.Errorf("an object is longer than %d bytes", maxAhead)
		return 0, c.ended
	}
	n, err := c.source.Read(p)
	if c.read == 0 && n >= 3 {
		if rest, found := bytes.CutPrefix(p[:n], []byte("\uFEFF")); found { // that some editors begin a file with
			n = copy(p, rest)
		}
	}
	for i, char := range p[:n] {
		if char == '\n' {
			c.breaks = append(c.breaks, c.read+int64(i))
		}
	}
	c.read += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		c.ended = err
	}
	return n, err
}

// line is the number of the line that the offset is in. Offsets only rise.
func (c *countedLines) line(offset int64) int {
	n := 0
	for n < len(c.breaks) && c.breaks[n] < offset {
		n++
	}
	c.passed, c.at = c.passed+n, offset
	c.breaks = c.breaks[:copy(c.breaks, c.breaks[n:])]
	return c.passed + 1
}

// fault is a failure to go on in the file.
func (c *countedLines) fault(decoder *jsontext.Decoder, err error) error {
	offset := decoder.InputOffset()
	if c.ended != nil {
		return unread(c.line(offset), c.ended)
	}
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		offset = max(offset, syntax.ByteOffset)
	}
	text := strings.TrimPrefix(err.Error(), "jsontext: ")
	return fault{fmt.Errorf("line %d: not valid JSON: %s", c.line(offset), text)}
}
