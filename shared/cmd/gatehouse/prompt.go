package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"gatehouse/functions"
	"gatehouse/shared/directory"
	"gatehouse/shared/product"
)

// typedTwice is the part of the help about where a password comes from.
const typedTwice = `Asks for the password twice, without echo. If stdin is not a terminal, the password is all of stdin,
without the line break at its end. It has at least PASSWORD_MIN characters, and is neither a common
password nor a name of the user, the realm or a product.`

// terminal returns stdin, and reports whether it is a terminal.
func (a *app) terminal() (*os.File, bool) {
	file, ok := a.stdin.(*os.File)
	return file, ok && term.IsTerminal(int(file.Fd()))
}

// newHash asks for a new password of the user and returns its hash.
func (a *app) newHash(ctx context.Context, user directory.User) (string, error) {
	settings, hasher, err := a.hasher() // a mistake in the settings must show before anybody types
	if err != nil {
		return "", err
	}
	plain, err := a.secret(ctx, "password")
	if err != nil {
		return "", err
	}
	if err := product.CheckPassword(settings, functions.Products(), user, plain); err != nil {
		return "", err
	}
	return hasher.Hash(plain)
}

// secret reads a secret of the given kind. On a terminal it asks twice, without echo.
func (a *app) secret(ctx context.Context, kind string) (string, error) {
	file, ok := a.terminal()
	if !ok {
		return a.pipedSecret(ctx, kind)
	}
	first, err := a.hidden(ctx, file, "New "+kind+": ")
	if err != nil {
		return "", err
	}
	second, err := a.hidden(ctx, file, "The same again: ")
	if err == nil && first != second {
		err = fmt.Errorf("the two are not the same %s; nothing was changed", kind)
	}
	return first, err
}

// maxSecret bounds the bytes read from stdin: more than any accepted password has.
const maxSecret = 64 << 10

func (a *app) pipedSecret(ctx context.Context, kind string) (string, error) {
	all, err := await(ctx, func() ([]byte, error) { return io.ReadAll(io.LimitReader(a.stdin, maxSecret)) })
	if err != nil {
		return "", fmt.Errorf("reading the %s from stdin: %w", kind, err)
	}
	secret := strings.TrimSuffix(strings.TrimSuffix(string(all), "\n"), "\r")
	switch {
	case secret == "":
		return "", fmt.Errorf("there is no %s on stdin", kind)
	case len(all) == maxSecret:
		return "", fmt.Errorf("the %s on stdin is longer than any can be", kind)
	case strings.ContainsAny(secret, "\r\n"):
		return "", fmt.Errorf("the %s on stdin has more than one line", kind)
	}
	return secret, nil
}

// hidden reads one line from a terminal without echo. It turns echo on again if the context ends.
func (a *app) hidden(ctx context.Context, file *os.File, prompt string) (string, error) {
	fd := int(file.Fd())
	state, err := term.GetState(fd)
	if err != nil {
		return "", fmt.Errorf("asking for a secret: %w", err)
	}
	_, _ = fmt.Fprint(a.stderr, prompt)
	line, err := await(ctx, func() ([]byte, error) { return term.ReadPassword(fd) })
	_, _ = fmt.Fprintln(a.stderr)
	if ctx.Err() != nil {
		err = errors.Join(err, term.Restore(fd, state))
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("asking for a secret: %w", err)
	}
	if len(line) == 0 {
		return "", errors.New("nothing was typed; nothing was changed")
	}
	return string(line), nil
}

// withYes adds --yes to a command that asks.
func (a *app) withYes(command *cobra.Command) *cobra.Command {
	command.Flags().BoolVar(&a.yes, "yes", false, "do not ask first")
	return command
}

// agreed returns nil if the operator confirms what cannot be undone: with --yes, or at the prompt.
func (a *app) agreed(ctx context.Context, question string) error {
	if a.yes {
		return nil
	}
	file, ok := a.terminal()
	if !ok {
		return usageError{errors.New("stdin is not a terminal; pass --yes to confirm")}
	}
	_, _ = fmt.Fprint(a.stderr, question, " [y/N] ")
	answer, err := await(ctx, func() (string, error) { return bufio.NewReader(file).ReadString('\n') })
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("asking: %w", err)
	}
	if !slices.Contains([]string{"y", "yes"}, strings.ToLower(strings.TrimSpace(answer))) {
		return errors.New("not removed")
	}
	return nil
}

// await returns the result of read, or an error when the context ends first. A read from a terminal or a pipe cannot be
// cancelled, and Ctrl-C must work all the same.
func await[T any](ctx context.Context, read func() (T, error)) (value T, err error) {
	done := make(chan func() (T, error), 1)
	go func() {
		value, err := read()
		done <- func() (T, error) { return value, err }
	}()
	select {
	case result := <-done:
		return result()
	case <-ctx.Done():
		return value, interrupted{context.Cause(ctx)}
	}
}
