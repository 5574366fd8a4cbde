package bulk

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"gatehouse/shared/directory"
)

// table is a CSV table: RFC 4180, with a header.
type table struct {
	given, fields map[string]string // the fields of columns, by the map alone and with the preset; nil: the columns' own names
	header        []byte
	columns       []column // known after the header was read
}

// column sets the field of one column; set is nil if the column is ignored.
type column struct {
	name string
	set  func(r *row, value string) error
}

// CSV is a table of comma-separated values with a header. A column has the name of its field in the import format, unless
// the preset or the map has another; the map has elements column=field, and an empty field ignores the column. With
// either, columns that neither names are ignored. The error is a mistake in the map.
func CSV(preset map[string]string, columnMap []string) (Form, error) {
	given := map[string]string{}
	for _, each := range columnMap {
		at := strings.LastIndexByte(each, '=')
		if at <= 0 {
			return nil, fmt.Errorf("--map %q is not of the form column=field", each)
		}
		column, field := each[:at], each[at+1:]
		if setterOf(field) == nil && field != "" {
			return nil, fmt.Errorf("--map %q: unknown field %q", each, field)
		}
		given[column] = field
	}
	if len(preset)+len(given) == 0 {
		return &table{}, nil
	}
	fields := map[string]string{}
	maps.Copy(fields, preset)
	maps.Copy(fields, given)
	return &table{given: given, fields: fields}, nil
}

func (t *table) frame() (before, between, after string) { return string(t.header) + "\n", "\n", "\n" }

func (t *table) lines(source io.Reader) iter.Seq[line] {
	return func(yield func(line) bool) {
		w := &window{source: source}
		reader := csv.NewReader(w)
		reader.FieldsPerRecord = -1 // a row of another length is one bad line
		for {
			values, err := reader.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if w.err != nil {
				yield(line{err: unread(w.number+1, w.err)})
				return
			}
			text, number := w.advance(reader.InputOffset())
			if err == nil && !utf8.Valid(text) {
				err = errors.New("not valid UTF-8")
			} else if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
				err = fmt.Errorf("not valid CSV: %w", wrong.Err)
			}
			if t.columns == nil {
				if err == nil {
					err = t.begin(text, values)
				}
				if err != nil {
					yield(line{err: fault{fmt.Errorf("line %d: %w", number, err)}})
					return
				}
				continue
			}
			l := line{number: number, text: text, err: err, record: func() (directory.Entry, error) { return t.record(values) }}
			if !yield(l.bounded()) {
				return
			}
		}
	}
}

// begin reads the header. Without a preset and a map every column must be a field, so that none is dropped unnoticed.
func (t *table) begin(text []byte, header []string) error {
	columns, columnOf := make([]column, len(header)), map[string]string{}
	for i, name := range header {
		field := name
		if t.fields != nil {
			field = t.fields[name]
		}
		if field == "" {
			continue
		}
		set := setterOf(field)
		if set == nil {
			return fmt.Errorf("the column %q is not a field; say with --map which field it is", name)
		}
		if other, found := columnOf[field]; found && field != "service" {
			return fmt.Errorf("the columns %q and %q are both the field %s", other, name, field)
		}
		columns[i], columnOf[field] = column{name, set}, name
	}
	for _, name := range slices.Sorted(maps.Keys(t.given)) {
		if !slices.Contains(header, name) {
			return fmt.Errorf("column %q not found; the header has %s", name, strings.Join(header, ", "))
		}
	}
	if columnOf["username"] == "" && columnOf["email"] == "" {
		return errors.New("no column is a username or an e-mail address; say with --map which one is")
	}
	t.header, t.columns = text, columns
	return nil
}

func (t *table) record(values []string) (directory.Entry, error) {
	if len(values) != len(t.columns) {
		return directory.Entry{}, fmt.Errorf("%d columns, but the header has %d", len(values), len(t.columns))
	}
	var r row
	for i, c := range t.columns {
		if c.set == nil || values[i] == "" || values[i] == `\N` { // MySQL's NULL
			continue
		}
		if err := c.set(&r, values[i]); err != nil {
			return directory.Entry{}, fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return r.entry()
}
