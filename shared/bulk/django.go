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

// django is what `manage.py dumpdata` writes: a JSON array of objects of many models, or with --format jsonl the objects
// alone. Objects of other models than the user's are passed over.
type django struct {
	model  string // as Django writes it: app.model
	newIDs bool   // primary keys need not be numbers
}

// DjangoModel is the user model of a Django project that has none of its own.
const DjangoModel = "auth.user"

// Django is a dump of a Django project whose user model is called app.model. If its users get new ids, its primary keys
// need not be numbers.
func Django(model string, newIDs bool) Form { return django{model, newIDs} }

// djangoObject is one object of a dump (Django's serialization formats, "JSON").
type djangoObject struct {
	Model  string         `json:"model"`
	PK     jsontext.Value `json:"pk"`
	Fields jsontext.Value `json:"fields"`
}

// djangoUser is what counts of Django's AbstractUser, or of a model of the project's own that has fields of these names.
// The others, like last_login and groups, have no place in the directory.
type djangoUser struct {
	Username   string         `json:"username"`
	Email      string         `json:"email"`
	FirstName  string         `json:"first_name"`
	LastName   string         `json:"last_name"`
	Password   string         `json:"password"`
	IsActive   *bool          `json:"is_active"`
	DateJoined jsontext.Value `json:"date_joined"`
}

// frame is an array, one object a line. Where the input is of lines, it will do too.
func (django) frame() (before, between, after string) { return "[\n", ",\n", "\n]\n" }

func (d django) lines(source io.Reader) iter.Seq[line] {
	return func(yield func(line) bool) {
		counted := &countedLines{source: source}
		// What one object holds is checked when its user is read, so that it does not end the file.
		decoder := jsontext.NewDecoder(counted, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
		if decoder.PeekKind() == jsontext.KindBeginArray {
			_, _ = decoder.ReadToken() // which was just seen
		}
		other, users := "", 0
		for decoder.PeekKind() != jsontext.KindEndArray {
			text, err := decoder.ReadValue()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				yield(line{err: counted.fault(decoder, err)})
				return
			}
			number := counted.line(decoder.InputOffset() - int64(len(text)))
			if model := modelOf(text); model != "" && !strings.EqualFold(model, d.model) {
				other = model
				continue
			}
			users++
			if !yield(lineOf(number, text)) {
				return
			}
		}
		if users == 0 && other != "" {
			yield(line{err: fault{fmt.Errorf("no object is of the model %q, but some are of %q; see --model", d.model, other)}})
		}
	}
}

// modelOf is the model of an object; empty if it cannot be read, so that the object is refused and not passed over.
func modelOf(text []byte) string {
	var object struct {
		Model string `json:"model"`
	}
	if json.Unmarshal(text, &object, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) != nil {
		return ""
	}
	return object.Model
}

// lineOf is a line with a text of its own.
func lineOf(number int, text []byte) line {
	if len(text) > maxLine {
		return line{number: number, err: errLineTooLong}
	}
	return line{number: number, text: bytes.Clone(text)}
}

func (d django) record(text []byte) (directory.Entry, error) {
	var object djangoObject
	var user djangoUser
	if err := json.Unmarshal(text, &object); err != nil {
		return directory.Entry{}, misfit(err)
	}
	if len(object.Fields) == 0 {
		return directory.Entry{}, errors.New("fields: missing")
	}
	if err := json.Unmarshal(object.Fields, &user); err != nil {
		return directory.Entry{}, fmt.Errorf("fields: %w", misfit(err))
	}
	record := directory.Entry{
		Username: user.Username, Email: user.Email, Name: strings.TrimSpace(user.FirstName + " " + user.LastName),
		PasswordHash: user.Password, Active: user.IsActive,
	}
	if len(object.PK) > 0 && !d.newIDs {
		if err := json.Unmarshal(object.PK, &record.ID); err != nil || record.ID < 0 {
			return directory.Entry{}, errors.New("pk: not a whole number; --new-ids chooses others")
		}
	}
	var joined string
	if len(user.DateJoined) > 0 {
		if err := json.Unmarshal(user.DateJoined, &joined); err != nil {
			return directory.Entry{}, fmt.Errorf("date_joined: %w", errNoTime)
		}
	}
	created, err := timeOf(joined)
	if err != nil {
		return directory.Entry{}, fmt.Errorf("date_joined: %w", err)
	}
	record.CreatedAt = created
	return record, nil
}

// misfit says in the format's words what the decoder says in Go's.
func misfit(err error) error {
	wrong, ok := errors.AsType[*json.SemanticError](err)
	switch {
	case ok && wrong.JSONKind != 0 && wrong.JSONPointer != "":
		return fmt.Errorf("%s: a value of this type does not belong there", wrong.JSONPointer.LastToken())
	case ok && wrong.JSONKind != 0:
		return errors.New("not a JSON object")
	}
	return fmt.Errorf("not valid JSON: %s", strings.TrimPrefix(err.Error(), "jsontext: "))
}
