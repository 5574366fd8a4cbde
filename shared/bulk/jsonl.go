package bulk

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"gatehouse/shared/directory"
)

type jsonLines struct{}

// JSONLines is Gatehouse's own form: a [directory.Entry] a line.
func JSONLines() Form { return jsonLines{} }

func (jsonLines) frame() (before, between, after string) { return "", "\n", "\n" }

func (jsonLines) lines(source io.Reader) iter.Seq[line] {
	return func(yield func(line) bool) {
		reader := bufio.NewReaderSize(source, 64<<10)
		for number := 1; ; number++ {
			text, err := readLine(reader)
			l := line{number: number, text: bytes.TrimSpace(text), record: func() (directory.Entry, error) {
				entry, err := directory.ParseEntry(bytes.TrimSpace(text))
				return entry, readable(err)
			}}.bounded()
			if err != nil && !errors.Is(err, io.EOF) {
				l.text, l.err = nil, unread(number, err)
			}
			if (len(l.text) > 0 || l.err != nil) && !yield(l) || err != nil {
				return
			}
		}
	}
}

// readLine reads up to the next line break or the end. It skips the rest of a line that is too long.
func readLine(reader *bufio.Reader) (text []byte, err error) {
	for {
		part, err := reader.ReadSlice('\n')
		if len(text) <= maxLine+len("\r\n") {
			text = append(text, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return text, err
		}
	}
}

// readable rewords an error of the JSON decoder without Go's types.
func readable(err error) error {
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return fmt.Errorf("not valid JSON: %s", strings.TrimPrefix(syntax.Error(), "jsontext: "))
	}
	wrong, ok := errors.AsType[*json.SemanticError](err)
	if !ok {
		return err
	}
	key := strings.Replace(strings.TrimPrefix(string(wrong.JSONPointer), "/"), "fields/", "fields: ", 1)
	switch {
	case errors.Is(err, json.ErrUnknownName):
		return fmt.Errorf("unknown key %q", key)
	case errors.As(err, new(*time.ParseError)):
		return fmt.Errorf("%s: %w", key, errNoTime)
	case key == "":
		return errors.New("not a JSON object")
	}
	return fmt.Errorf("%s: a JSON value of this type is not valid here", key)
}
