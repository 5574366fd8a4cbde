package bulk

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"gatehouse/shared/directory"
)

// django is what `manage.py dumpdata` writes: a JSON array of objects of many models or, with --format jsonl, the objects
// alone.
type django struct {
	model  string // as Django writes it: app.model
	newIDs bool
}

// DjangoModel is the user model of a Django project that has none of its own.
const DjangoModel = "auth.user"

// Django is a dump of a Django project with this user model, named app.model. Objects of other models are ignored. With new
// ids, primary keys need not be numbers.
func Django(model string, newIDs bool) Form { return django{model, newIDs} }

// djangoObject is one object of a dump (Django's serialization formats, "JSON"), with the fields of AbstractUser that the
// directory has a place for.
type djangoObject struct {
	PK     jsontext.Value `json:"pk"`
	Fields *struct {
		Username   string  `json:"username"`
		Email      string  `json:"email"`
		FirstName  string  `json:"first_name"`
		LastName   string  `json:"last_name"`
		Password   string  `json:"password"`
		IsActive   *bool   `json:"is_active"`
		DateJoined *string `json:"date_joined"`
	} `json:"fields"`
}

// frame is an array with an object a line, whether or not the input is an array: both can be imported.
func (django) frame() (before, between, after string) { return "[\n", ",\n", "\n]\n" }

// lenient decodes an object to find its end and its model. What is wrong inside is an error of its line alone.
var lenient = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

func (d django) lines(source io.Reader) iter.Seq[line] {
	return func(yield func(line) bool) {
		w := &window{source: source}
		decoder := jsontext.NewDecoder(w, lenient)
		if decoder.PeekKind() == jsontext.KindBeginArray {
			_, _ = decoder.ReadToken() // cannot fail: it was seen
		}
		otherModel, users := "", 0
		for decoder.PeekKind() != jsontext.KindEndArray {
			value, err := decoder.ReadValue()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				yield(line{err: w.fault(decoder, err)})
				return
			}
			w.advance(decoder.InputOffset() - int64(len(value)))
			text, number := w.advance(decoder.InputOffset())
			var object struct {
				Model string `json:"model"`
			}
			// An object without a readable model is refused below, not ignored.
			if json.Unmarshal(text, &object, lenient) == nil && object.Model != "" && !strings.EqualFold(object.Model, d.model) {
				otherModel = object.Model
				continue
			}
			users++
			if !yield(line{number: number, text: text, record: func() (directory.Entry, error) { return d.record(text) }}.bounded()) {
				return
			}
		}
		if users == 0 && otherModel != "" {
			yield(line{err: fault{fmt.Errorf("no object has the model %q, but some have %q; see --model", d.model, otherModel)}})
		}
	}
}

// fault returns why a decoder cannot read on.
func (w *window) fault(decoder *jsontext.Decoder, err error) error {
	w.advance(decoder.InputOffset())
	if w.err != nil {
		w.advance(w.offset + int64(len(w.text)-len(bytes.TrimLeft(w.text, ", \t\r\n")))) // to the value that cannot be read
		return unread(w.number+1, w.err)
	}
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok && syntax.ByteOffset > w.offset {
		w.advance(syntax.ByteOffset)
	}
	return fault{fmt.Errorf("line %d: %w", w.number+1, readable(err))}
}

func (d django) record(text []byte) (entry directory.Entry, err error) {
	var object djangoObject
	if err := json.Unmarshal(text, &object); err != nil {
		return entry, readable(err)
	}
	user := object.Fields
	if user == nil {
		return entry, errors.New("fields: missing")
	}
	entry = directory.Entry{
		Username: user.Username, Email: user.Email, Name: strings.TrimSpace(user.FirstName + " " + user.LastName),
		PasswordHash: user.Password, Active: user.IsActive,
	}
	if len(object.PK) > 0 && !d.newIDs {
		if err := json.Unmarshal(object.PK, &entry.ID); err != nil || entry.ID < 0 {
			return entry, errors.New("pk: not a whole number; --new-ids chooses others")
		}
	}
	if user.DateJoined != nil && *user.DateJoined != "" {
		created, err := timeOf(*user.DateJoined)
		if err != nil {
			return entry, fmt.Errorf("date_joined: %w", err)
		}
		entry.CreatedAt = &created
	}
	return entry, nil
}
