package bulk

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"unicode/utf8"

	"gatehouse/shared/directory"
)

// csvTable is a table of comma-separated values: RFC 4180, with a header.
type csvTable struct {
	columns columns
	header  []byte
	setters []setter // of each column; nil for one that does not count. Known once the header was read
}

func (c *csvTable) frame() (before, between, after string) {
	return string(c.header) + "\n", "\n", "\n"
}

func (c *csvTable) lines(source io.Reader) iter.Seq[line] {
	return func(yield func(line) bool) {
		for each := range rowsOf(source) {
			if c.setters != nil || errors.As(each.err, new(fault)) {
				if !yield(each) {
					return
				}
				continue
			}
			if err := cmp.Or(each.err, c.begin(each.text)); err != nil {
				yield(line{err: fault{fmt.Errorf("line %d: %w", each.number, err)}})
				return
			}
		}
	}
}

// begin reads the header.
func (c *csvTable) begin(header []byte) error {
	names, err := cells(header)
	if err == nil {
		c.header = header
		c.setters, err = c.columns.setters(names)
	}
	return err
}

func (c *csvTable) record(text []byte) (directory.Entry, error) {
	values, err := cells(text)
	if err != nil {
		return directory.Entry{}, err
	}
	if len(values) != len(c.setters) {
		return directory.Entry{}, fmt.Errorf("%d columns, where the header has %d", len(values), len(c.setters))
	}
	var r row
	for i, set := range c.setters {
		if set.apply == nil || values[i] == "" || values[i] == `\N` { // so MySQL writes NULL
			continue
		}
		if err := set.apply(&r, values[i]); err != nil {
			return directory.Entry{}, fmt.Errorf("%s: %w", set.column, err)
		}
	}
	return r.record()
}

// cells splits one row.
func cells(text []byte) ([]string, error) {
	if !utf8.Valid(text) {
		return nil, errors.New("not valid UTF-8")
	}
	reader := csv.NewReader(bytes.NewReader(text))
	reader.FieldsPerRecord = -1
	values, err := reader.Read()
	if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
		return nil, fmt.Errorf("not valid CSV: %w", wrong.Err)
	}
	if err != nil {
		return nil, fmt.Errorf("not valid CSV: %w", err)
	}
	return values, nil
}

// rowsOf splits a file into rows, which may hold line breaks within quotes, and leaves out blank lines and a byte order
// mark. The number of a row is that of its first line.
func rowsOf(source io.Reader) iter.Seq[line] {
	return func(yield func(line) bool) {
		reader := bufio.NewReaderSize(source, 64<<10)
		var text []byte
		var err error
		next := 1
		for err == nil {
			number := next
			text, next, err = readRow(reader, number)
			if number == 1 {
				text = bytes.TrimPrefix(text, []byte("\uFEFF"))
			}
			text = bytes.TrimRight(text, "\r\n")
			each := line{number: number, text: text}
			switch {
			case errors.Is(err, errLineTooLong):
				each.err, err = err, nil
			case err != nil && !errors.Is(err, io.EOF):
				each.err = unread(number, err)
			}
			if (len(text) > 0 || each.err != nil) && !yield(each) {
				return
			}
		}
	}
}

// readRow reads up to the next line break that is not within quotes, and gives the number of the line that follows.
func readRow(reader *bufio.Reader, number int) (text []byte, next int, err error) {
	var quotes quoting
	for next = number; ; {
		part, err := readLine(reader)
		next++
		if err == nil || errors.Is(err, io.EOF) {
			text = append(text, part...)
		}
		if len(text) > maxLine || errors.Is(err, errLineTooLong) {
			return nil, next, errLineTooLong
		}
		if err != nil || !quotes.open(part) {
			return text, next, err
		}
	}
}

// quoting follows the quotes of a row through its lines.
type quoting struct{ within, value bool }

// open says whether a quoted value goes on after the line. A quote that is not where a value begins opens nothing: it is
// a mistake of its row and must not swallow the ones after it.
func (q *quoting) open(line []byte) bool {
	for i := 0; i < len(line); i++ {
		char := line[i]
		switch {
		case q.within && char == '"' && i+1 < len(line) && line[i+1] == '"':
			i++
		case q.within:
			q.within = char != '"'
		case char == '"' && !q.value:
			q.within, q.value = true, true
		default:
			q.value = char != ','
		}
	}
	return q.within
}
