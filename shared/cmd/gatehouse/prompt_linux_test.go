package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// screens keeps terminals open until the tests end: a read that was left hanging must not meet another file of the same
// number.
var screens sync.Map

// terminal opens a pseudo-terminal: what is written to keyboard is what a person types at screen.
func (c *console) terminal() (keyboard, screen *os.File) {
	c.t.Helper()
	keyboard, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		c.t.Fatalf("opening a pseudo-terminal: %v", err)
	}
	c.t.Cleanup(func() { keyboard.Close() })
	fd := int(keyboard.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		c.t.Fatalf("unlocking a pseudo-terminal: %v", err)
	}
	screen, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		c.t.Fatalf("opening a pseudo-terminal: %v", err)
	}
	screens.Store(screen, true)
	return keyboard, screen
}

// echoes says whether the terminal shows what is typed.
func echoes(t testing.TB, screen *os.File) bool {
	t.Helper()
	state, err := unix.IoctlGetTermios(int(screen.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return state.Lflag&unix.ECHO != 0
}

// prompts is a stderr that types the next answer whenever a prompt appears on it. Answers to hidden prompts wait until the
// terminal has stopped to echo.
type prompts struct {
	bytes.Buffer
	t                testing.TB
	keyboard, screen *os.File
	answers          []func()
}

func (p *prompts) Write(text []byte) (int, error) {
	if (bytes.HasSuffix(text, []byte(": ")) || bytes.HasSuffix(text, []byte("] "))) && len(p.answers) > 0 {
		answer := p.answers[0]
		p.answers = p.answers[1:]
		go answer()
	}
	return p.Buffer.Write(text)
}

// hidden types a line once nothing is echoed any more.
func (p *prompts) hidden(line string) func() {
	return func() {
		for echoes(p.t, p.screen) {
			runtime.Gosched()
		}
		p.open(line)()
	}
}

// open types a line at once.
func (p *prompts) open(line string) func() {
	return func() {
		if _, err := p.keyboard.WriteString(line + "\n"); err != nil {
			p.t.Errorf("typing: %v", err)
		}
	}
}

// person runs a command line at a terminal, at which the answers are typed.
func (c *console) person(ctx context.Context, answers func(p *prompts) []func(), args ...string) (p printed, said string) {
	c.t.Helper()
	keyboard, screen := c.terminal()
	typing := &prompts{t: c.t, keyboard: keyboard, screen: screen}
	typing.answers = answers(typing)
	p = c.reading(ctx, screen, typing, args...)
	if !echoes(c.t, screen) {
		c.t.Errorf("%q leaves the terminal without echo", p.line)
	}
	return p, typing.String()
}

func TestPasswordAtATerminal(t *testing.T) {
	t.Parallel()
	const asked = "New password: \nThe same again: \n"
	tests := []struct {
		name    string
		answers []string
		message string
		asked   string
	}{
		{"twice the same", []string{"password one", "password one"}, "", asked},
		{"two different ones", []string{"password one", "password two"},
			"the two are not the same password; nothing was changed", asked},
		{"nothing", []string{""}, "nothing was typed; nothing was changed", "New password: \n"},
		{"a short one", []string{"short", "short"}, "the password has 5 characters; it needs at least 8", asked},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newConsole(t)
			c.must("users", "add", "--id", "1", "--username", "jane", "--no-password")
			answers := func(p *prompts) (typed []func()) {
				for _, answer := range test.answers {
					typed = append(typed, p.hidden(answer))
				}
				return typed
			}
			p, said := c.person(t.Context(), answers, "users", "set-password", "jane")
			if p.message != test.message || said != test.asked {
				t.Errorf("got message %q after\n%q\nwant %q after\n%q", p.message, said, test.message, test.asked)
			}
			if changed := c.user("main", 1).PasswordHash != ""; changed != (test.message == "") {
				t.Errorf("a password is stored: %v", changed)
			}
			if test.message == "" && !c.verifies("main", 1, test.answers[0]) {
				t.Error("the stored hash is not that of the password typed")
			}
		})
	}
}

// TestCtrlCAtAPrompt: the command ends although nothing is typed, and the terminal echoes again.
func TestCtrlCAtAPrompt(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := func(p *prompts) []func() {
		return []func(){func() {
			for echoes(t, p.screen) {
				runtime.Gosched()
			}
			cancel(errors.New("interrupt signal received"))
		}}
	}
	p, _ := c.person(ctx, stop, "users", "add", "--username", "jane")
	p.failed(130, "asking for a secret: interrupt signal received")
	c.must("users", "list", "--json").shows("")
}

func TestRemoveAsksAtATerminal(t *testing.T) {
	t.Parallel()
	tests := []struct {
		answer  string
		removed bool
	}{
		{"y", true}, {"YES", true}, {"n", false}, {"", false}, {"yes please", false},
	}
	for _, test := range tests {
		t.Run(test.answer, func(t *testing.T) {
			t.Parallel()
			c := newConsole(t)
			c.must("users", "add", "--id", "1", "--username", "jane", "--no-password")
			c.must("apps", "add", "--id", "138")
			answer := func(p *prompts) []func() { return []func(){p.open(test.answer)} }
			user, asked := c.person(t.Context(), answer, "users", "remove", "jane")
			if want := "Remove user 1 (jane) of realm main? [y/N] "; asked != want {
				t.Errorf("asked %q, want %q", asked, want)
			}
			application, asked := c.person(t.Context(), answer, "apps", "remove", "138")
			if want := "Remove application 138? [y/N] "; asked != want {
				t.Errorf("asked %q, want %q", asked, want)
			}
			left := c.must("users", "list", "--json").stdout + c.must("apps", "list", "--json").stdout
			if test.removed != (left == "") {
				t.Errorf("left after the answer %q is %q", test.answer, left)
			}
			if test.removed {
				user.failed(0, "").shows("user 1 (jane) of realm main removed\n")
				application.failed(0, "").shows("application 138 removed\n")
				return
			}
			user.failed(1, "not removed").shows("")
			application.failed(1, "not removed").shows("")
		})
	}
}

func TestPromptsShowNoSecret(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	keyboard, screen := c.terminal()
	typing := &prompts{t: t, keyboard: keyboard, screen: screen}
	typing.answers = []func(){typing.hidden("password one"), typing.hidden("password one")}
	c.reading(t.Context(), screen, typing, "users", "add", "--username", "jane").failed(0, "")
	// What the terminal would have shown comes out at the keyboard's end.
	seen := make([]byte, 4096)
	screen.WriteString("end\n")
	n, err := keyboard.Read(seen)
	if err != nil || strings.Contains(string(seen[:n]), "password one") || !strings.Contains(string(seen[:n]), "end") {
		t.Errorf("the terminal showed %q (error %v), want nothing of the password", seen[:n], err)
	}
}
