package bulk

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
)

// maxLine bounds a line of an import file, in bytes. A user that can be stored is smaller in any spelling that people
// write (DynamoDB keeps 400 KB of it), and a file that is not of lines must not be read into memory whole.
const maxLine = 1 << 20

// errLineTooLong is what is wrong with a longer one. The next line is read as usual.
var errLineTooLong = fmt.Errorf("the line is longer than %d bytes", maxLine)

// line is one line of a file, without its line break.
type line struct {
	number int // from 1
	text   []byte
	err    error // what is wrong with the line; after a fault nothing comes
}

// linesOf reads a file line by line, with any line breaks, and leaves out blank lines and the byte order mark that some
// editors begin a file with.
func linesOf(source io.Reader) iter.Seq[line] {
	return func(yield func(line) bool) {
		reader := bufio.NewReaderSize(source, 64<<10)
		for number := 1; ; number++ {
			text, err := readLine(reader)
			if number == 1 {
				text = bytes.TrimPrefix(text, []byte("\uFEFF"))
			}
			text = bytes.TrimSpace(text)
			ended := err != nil && !errors.Is(err, errLineTooLong)
			switch {
			case errors.Is(err, io.EOF):
				err = nil
			case ended:
				err = unread(number, err)
			}
			if (len(text) > 0 || err != nil) && !yield(line{number, text, err}) || ended {
				return
			}
		}
	}
}

// readLine reads up to the next line break or the end. Of a line that is too long it keeps nothing.
func readLine(reader *bufio.Reader) ([]byte, error) {
	var text []byte
	tooLong := false
	for {
		part, err := reader.ReadSlice('\n')
		tooLong = tooLong || len(text)+len(bytes.TrimRight(part, "\r\n")) > maxLine
		if !tooLong {
			text = append(text, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case tooLong && (err == nil || errors.Is(err, io.EOF)):
			return nil, errLineTooLong // after EOF the next read says EOF again
		}
		return text, err
	}
}

// unread is a failure to read a line of a file.
func unread(number int, err error) error {
	return fault{fmt.Errorf("reading line %d: %w", number, err)}
}
