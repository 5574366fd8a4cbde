package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"gatehouse/shared/directory"
)

// withJSON adds --json to a command.
func (a *app) withJSON(command *cobra.Command) *cobra.Command {
	command.Flags().BoolVar(&a.asJSON, "json", false, "print JSON, one object a line")
	return command
}

// result prints the view with --json, and one line for people without.
func (a *app) result(view any, format string, values ...any) error {
	if a.asJSON {
		return writeJSON(a.stdout, view)
	}
	return a.say(format, values...)
}

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
	_, _ = fmt.Fprintf(t, strings.Repeat("\t%v", len(cells))[1:]+"\n", cells...)
}

func (t table) flush() error {
	return written(errors.Join(t.Flush(), t.out.Flush()))
}

// list prints records as lines of JSON with --json, or else as rows of a table.
type list struct {
	table
	asJSON bool
	rows   int
}

// page is the number of rows that are aligned with one another, so a long table is never held whole.
const page = 500

func (a *app) newList(columns ...any) *list {
	l := &list{table: newTable(a.stdout), asJSON: a.asJSON}
	if !l.asJSON {
		l.row(columns...)
	}
	return l
}

func (l *list) add(view any, cells ...any) error {
	l.rows++
	if l.asJSON {
		return writeJSON(l.out, view)
	}
	l.row(cells...)
	if l.rows%page == 0 {
		return l.flush()
	}
	return nil
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

// reason strips what a store was doing from its refusals, because the command line has that already. A fault keeps it.
func reason(err error) error {
	if taken, ok := errors.AsType[*directory.TakenError](err); ok {
		return taken
	}
	if errors.Is(err, directory.ErrNotFound) {
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

// plural is a number of things.
func plural(number int, thing string) string {
	if number != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", number, thing)
}

// moment formats a time for a table; none stands for nil.
func moment(t *time.Time, none string) string {
	if t == nil {
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

// called returns the name of a user in messages.
func called(user directory.User) string {
	return fmt.Sprintf("user %d (%s)", user.ID, printable(cmp.Or(user.Username, user.Email)))
}
