package bulk

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"gatehouse/shared/directory"
)

// Form is what a file of users looks like. The lines are split one after the other; the users are read from them in
// parallel.
type Form interface {
	// lines splits a file. What is wrong with one line is the line's error and the next one follows; after a fault
	// nothing does.
	lines(source io.Reader) iter.Seq[line]
	// record reads the user of one line. The error says what is wrong without showing a password or a hash.
	record(text []byte) (directory.Entry, error)
	// frame is what a file of the form has before, between and after its lines. It is asked once a line was split.
	frame() (before, between, after string)
}

// jsonLines is Gatehouse's own form.
type jsonLines struct{}

// JSONLines is Gatehouse's own form: a [directory.Entry] a line.
func JSONLines() Form { return jsonLines{} }

func (jsonLines) lines(source io.Reader) iter.Seq[line] { return linesOf(source) }

func (jsonLines) frame() (before, between, after string) { return "", "\n", "\n" }

func (jsonLines) record(text []byte) (directory.Entry, error) {
	if err := checkJSON(text); err != nil {
		return directory.Entry{}, err
	}
	record, err := directory.ParseEntry(text)
	if err != nil {
		return directory.Entry{}, readable(err)
	}
	return record, nil
}

// checkJSON refuses what encoding/json would read by silently changing it: of two keys that differ in nothing but letter case
// it drops one, and invalid UTF-8 and half surrogate pairs it replaces, which makes another password of one.
func checkJSON(text []byte) error {
	decoder := jsontext.NewDecoder(bytes.NewReader(text))
	if decoder.PeekKind() != jsontext.KindBeginObject {
		return errors.New("not a JSON object")
	}
	odd, err := oddKey(decoder)
	if err != nil {
		return fmt.Errorf("not valid JSON: %s", strings.TrimPrefix(err.Error(), "jsontext: "))
	}
	if _, err := decoder.ReadToken(); !errors.Is(err, io.EOF) {
		return errors.New("not valid JSON: more follows the object")
	}
	if odd != "" {
		return fmt.Errorf("unknown key %q: the keys are in lower case", odd)
	}
	return nil
}

// oddKey reads an object, and gives its first key that is not in lower case.
func oddKey(decoder *jsontext.Decoder) (odd string, err error) {
	_, err = decoder.ReadToken() // its brace
	for err == nil && decoder.PeekKind() != jsontext.KindEndObject {
		var key jsontext.Token
		if key, err = decoder.ReadToken(); err != nil {
			break
		}
		if name := key.String(); odd == "" && name != strings.ToLower(name) {
			odd = name
		}
		err = decoder.SkipValue()
	}
	if err == nil {
		_, err = decoder.ReadToken()
	}
	return odd, err
}

// readable says in the format's words what encoding/json says in Go's.
func readable(err error) error {
	if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		name := kind.Field[strings.LastIndexByte(kind.Field, '.')+1:]
		found, _, _ := strings.Cut(kind.Value, " ") // without the number itself
		return fmt.Errorf("%s: a %s does not belong there", name, found)
	}
	if errors.As(err, new(*time.ParseError)) {
		return errors.New("created_at: not a time as RFC 3339 writes it, like 2026-01-02T15:04:05Z")
	}
	return err
}
