package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"gatehouse/shared/directory"
)

// jsonFlag is the usage of --json on every command that has it.
const jsonFlag = "print JSON, one object a line"

// printJSON writes the value as one line of JSON to stdout.
func (a *app) printJSON(value any) error { return writeJSON(a.stdout, value) }

func writeJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return written(encoder.Encode(value))
}

// written wraps an error of writing a result.
func written(err error) error {
	if err != nil {
		return fmt.Errorf("writing the result: %w", err)
	}
	return nil
}

// say prints one line for people to stdout.
func (a *app) say(format string, values ...any) error {
	_, err := fmt.Fprintf(a.stdout, format+"\n", values...)
	return written(err)
}

// table aligns columns, which are separated by tabs. The aligner writes each cell by itself, so its output is buffered.
type table struct {
	*tabwriter.Writer
	out *bufio.Writer
}

func newTable(w io.Writer) table {
	out := bufio.NewWriter(w)
	return table{tabwriter.NewWriter(out, 0, 0, 2, ' ', 0), out}
}

// row adds one line. The writer keeps errors until it is flushed.
func (t table) row(cells ...any) {
	for i, cell := range cells {
		if i > 0 {
			_, _ = fmt.Fprint(t, "\t")
		}
		_, _ = fmt.Fprint(t, cell)
	}
	_, _ = fmt.Fprintln(t)
}

func (t table) flush() error {
	return written(errors.Join(t.Flush(), t.out.Flush()))
}

// printable is a stored text as a terminal may show it. Names come from other systems and from strangers: quoted, they
// cannot move the cursor, break a table's line, or pass for another name by spaces that nobody sees.
func printable(text string) string {
	hidden := func(r rune) bool { return !unicode.IsPrint(r) }
	if strings.ContainsFunc(text, hidden) || strings.TrimSpace(text) != text || strings.HasPrefix(text, `"`) {
		return strconv.Quote(text)
	}
	return text
}

// reason strips what a store was doing from its refusals, because the command line says that already. A fault keeps it.
func reason(err error) error {
	var taken *directory.TakenError
	switch {
	case errors.As(err, &taken):
		return taken
	case errors.Is(err, directory.ErrNotFound):
		return directory.ErrNotFound
	}
	return err
}

// now is the moment of a command, in the precision of the stores.
func now() time.Time {
	return time.Now().UTC().Truncate(time.Millisecond) //nolint:forbidigo // the one place where commands ask the system
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// moment formats a time for a table; none stands for the zero time.
func moment(t time.Time, none string) string {
	if t.IsZero() {
		return none
	}
	return t.UTC().Format(time.RFC3339)
}

// optional is nil for the zero time, so that JSON has null for it.
func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// userView is a user as --json shows it: the keys of the import format, and never the password hash. It is no line of an
// import file: one without its hash would lock the user out.
type userView struct {
	Realm       string    `json:"realm"`
	ID          int64     `json:"id"`
	Username    string    `json:"username"`
	Email       string    `json:"email"`
	Name        string    `json:"name"`
	HasPassword bool      `json:"has_password"`
	Active      bool      `json:"active"`
	Confirmed   bool      `json:"confirmed"`
	CreatedAt   time.Time `json:"created_at"`
	directory.Profile
}

func viewOf(user directory.User) userView {
	return userView{
		Realm: user.Realm, ID: user.ID, Username: user.Username, Email: user.Email, Name: user.Name,
		HasPassword: user.PasswordHash != "", Active: user.Active, Confirmed: user.Confirmed,
		CreatedAt: user.CreatedAt.UTC(), Profile: user.Profile,
	}
}

// called returns the name of a user in messages.
func called(user directory.User) string {
	name := user.Username
	if name == "" {
		name = user.Email
	}
	return fmt.Sprintf("user %d (%s)", user.ID, printable(name))
}

// applicationView is an application as --json shows it. Only the command that minted a secret shows it, once.
type applicationView struct {
	ID             int64     `json:"id"`
	Realm          string    `json:"realm"`
	AttemptLimit   int       `json:"attempt_limit"`
	LockoutMinutes int       `json:"lockout_minutes"`
	CreatedAt      time.Time `json:"created_at"`
	Secret         string    `json:"secret,omitempty"`
}

func applicationViewOf(application directory.Application) applicationView {
	return applicationView{
		ID: application.ID, Realm: application.Realm, AttemptLimit: application.AttemptLimit,
		LockoutMinutes: application.LockoutMinutes, CreatedAt: application.CreatedAt.UTC(),
	}
}
