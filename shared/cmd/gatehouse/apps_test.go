package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"gatehouse/shared/directory"
)

// application gives an application as stored.
func (c *console) application(id int64) directory.Application {
	c.t.Helper()
	application, err := c.open().Application(c.t.Context(), id)
	if err != nil {
		c.t.Fatalf("application %d: %v", id, err)
	}
	return application
}

var secretForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

func TestAppsAddPrintsTheSecretOnce(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	added := c.must("apps", "add", "--id", "138", "--realm", "customers")
	form := regexp.MustCompile(`^application 138 added to realm customers
secret: ([0-9a-f]{64})
Keep it now: it is not shown again.
$`)
	match := form.FindStringSubmatch(added.stdout)
	if match == nil {
		t.Fatalf("add printed %q, want the new secret", added.stdout)
	}
	secret := match[1]
	application := c.application(138)
	if !application.HasSecret(secret) || application.SecretDigest != directory.Digest(secret) {
		t.Error("the stored digest is not that of the secret that was printed")
	}
	for _, line := range []string{"show 138", "show 138 --json", "list", "list --json", "set-limits 138 --limit 1 --json"} {
		p := c.must(append([]string{"apps"}, strings.Fields(line)...)...)
		for _, hidden := range []string{secret, application.SecretDigest, "secret"} {
			if strings.Contains(p.stdout, hidden) {
				t.Errorf("%q shows the secret or its digest:\n%s", p.line, p.stdout)
			}
		}
	}
}

func TestAppsAddJSON(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	object := c.must("apps", "add", "--limit", "5", "--json").object()
	has(t, object, map[string]any{"realm": "main", "attempt_limit": 5, "lockout_minutes": 30})
	id, _ := object["id"].(float64)
	secret, _ := object["secret"].(string)
	if id < 1 || id >= 1<<31 || !secretForm.MatchString(secret) {
		t.Errorf("id %v, secret of %d characters; want a new id of 31 bits and 64 hex digits", object["id"], len(secret))
	}
	if application := c.application(int64(id)); !application.HasSecret(secret) || application.CreatedAt.IsZero() {
		t.Errorf("stored is %+v, which has not the secret printed, or no time", application)
	}
}

func TestAppsAddTakesAnExistingSecret(t *testing.T) {
	t.Parallel()
	const secret = "e8b9ca24f1b590af67e6271297d6e1f7226625d61c5b5daa1b2f215464e292cf"
	c := newConsole(t)
	p := c.typed(secret+"\n", "apps", "add", "--id", "138", "--secret-stdin").succeeded()
	p.shows("application 138 added to realm main\n")
	if application := c.application(138); !application.HasSecret(secret) {
		t.Errorf("%q: the stored digest is not that of the secret on stdin", p.line)
	}
	object := c.typed(secret, "apps", "add", "--id", "139", "--secret-stdin", "--json").succeeded().object()
	if _, found := object["secret"]; found {
		t.Error("a secret that was given is printed")
	}
	short := c.typed("s3cret\n", "apps", "add", "--id", "140", "--secret-stdin")
	short.failed(0, "")
	want := "warning: a secret of less than 28 characters can be guessed; give a new one with rotate-secret\n"
	if short.stderr != want {
		t.Errorf("a short secret: stderr is %q, want %q", short.stderr, want)
	}
}

func TestAppsRefuse(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.must("apps", "add", "--id", "138")
	before := c.application(138)
	tests := []struct {
		name, stdin string
		args        []string
		status      int
		message     string
	}{
		{"a taken id", "", []string{"add", "--id", "138"}, 1, `the id "138" is taken`},
		{"a negative id", "", []string{"add", "--id", "-1"}, 2,
			"--id must be from 1 to 9007199254740991, which every client can read"},
		{"an id that is too large", "", []string{"add", "--id", "9007199254740992"}, 2,
			"--id must be from 1 to 9007199254740991, which every client can read"},
		{"an empty realm", "", []string{"add", "--realm", ""}, 2, "--realm is empty"},
		{"a negative limit", "", []string{"add", "--limit", "-1"}, 2,
			"--limit must be from 0, the realm's policy, to 1000000, above which nothing is limited"},
		{"a limit that is none", "", []string{"set-limits", "138", "--limit", "1000001"}, 2,
			"--limit must be from 0, the realm's policy, to 1000000, above which nothing is limited"},
		{"no lock at all", "", []string{"add", "--limit", "5", "--lockout-minutes", "0"}, 2,
			"--lockout-minutes must be from 1 to 525600, which is a year"},
		{"a lock of years", "", []string{"set-limits", "138", "--limit", "5", "--lockout-minutes", "525601"}, 2,
			"--lockout-minutes must be from 1 to 525600, which is a year"},
		{"a lock without a limit", "", []string{"add", "--lockout-minutes", "30"}, 2,
			"--lockout-minutes needs a --limit above 0: without one the realm's policy holds"},
		{"a lock where there is no limit", "", []string{"set-limits", "138", "--lockout-minutes", "30"}, 2,
			"--lockout-minutes needs a --limit above 0: without one the realm's policy holds"},
		{"no limits", "", []string{"set-limits", "138"}, 2,
			"at least one of the flags in the group [limit lockout-minutes] is required"},
		{"no secret", "", []string{"add", "--secret-stdin"}, 1, "there is no secret on stdin"},
		{"two secrets", "a\nb\n", []string{"add", "--secret-stdin"}, 1, "the secret on stdin has more than one line"},
		{"a secret without an end", strings.Repeat("x", 1<<17), []string{"add", "--secret-stdin"}, 1,
			"the secret on stdin is longer than any can be"},
		{"a secret that Basic cannot carry", "a\tb\n", []string{"add", "--secret-stdin"}, 1,
			"the secret holds a control character or invalid UTF-8: no client could send it"},
		{"a secret as an argument", "", []string{"add", "--secret", "x"}, 2, "unknown flag: --secret"},
		{"show nothing there", "", []string{"show", "9"}, 1, noApplication(9)},
		{"limit nothing there", "", []string{"set-limits", "9", "--limit", "1"}, 1, noApplication(9)},
		{"rotate nothing there", "", []string{"rotate-secret", "9"}, 1, noApplication(9)},
		{"remove nothing there", "", []string{"remove", "9", "--yes"}, 1, noApplication(9)},
		{"no id", "", []string{"show", "x"}, 2, `"x" is not the id of an application: a positive whole number`},
		{"no id to remove", "", []string{"remove", "0", "--yes"}, 2,
			`"0" is not the id of an application: a positive whole number`},
		{"remove without asking", "y\n", []string{"remove", "138"}, 2,
			"nobody is there to ask: stdin is not a terminal; give --yes if you mean it"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := &console{t, c.environment}
			c.typed(test.stdin, append([]string{"apps"}, test.args...)...).failed(test.status, test.message).shows("")
		})
	}
	if after := c.application(138); after != before {
		t.Errorf("after the refusals stored is %+v, want %+v", after, before)
	}
	if all := c.must("apps", "list", "--json").objects(); len(all) != 1 {
		t.Errorf("%d applications are stored after the refusals, want the 1 from before", len(all))
	}
}

func TestAppsSetLimits(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.must("apps", "add", "--id", "138")
	steps := []struct {
		args           []string
		says           string
		limit, minutes int
	}{
		{[]string{"--limit", "5"}, "5 failures, 30 minutes", 5, 30},
		{[]string{"--lockout-minutes", "60"}, "5 failures, 60 minutes", 5, 60},
		{[]string{"--limit", "6"}, "6 failures, 60 minutes", 6, 60},
		{[]string{"--limit", "0"}, "those of its realm", 0, 0},
		{[]string{"--limit", "1000000", "--lockout-minutes", "525600"}, "1000000 failures, 525600 minutes", 1000000, 525600},
	}
	digest := c.application(138).SecretDigest
	for _, step := range steps {
		p := c.must(append([]string{"apps", "set-limits", "138"}, step.args...)...)
		p.shows("application 138 has limits: " + step.says + "\n")
		stored := c.application(138)
		if stored.AttemptLimit != step.limit || stored.LockoutMinutes != step.minutes || stored.SecretDigest != digest {
			t.Errorf("%q stored %+v, want limit %d, %d minutes and the old secret", p.line, stored, step.limit, step.minutes)
		}
		c.must("apps", "list").shows("ID   REALM  LIMITS" + strings.Repeat(" ", len(step.says)-4) + "CREATED\n" +
			"138  main   " + step.says + "  " + moment(stored.CreatedAt, "") + "\n")
	}
	has(t, c.must("apps", "set-limits", "138", "--limit", "7", "--json").object(),
		map[string]any{"attempt_limit": 7, "lockout_minutes": 525600})
}

func TestAppsRotateSecret(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	old, _ := c.must("apps", "add", "--id", "138", "--limit", "5", "--json").object()["secret"].(string)
	fresh, _ := c.must("apps", "rotate-secret", "138", "--json").object()["secret"].(string)
	application := c.application(138)
	if !secretForm.MatchString(fresh) || !application.HasSecret(fresh) || application.HasSecret(old) {
		t.Errorf("stored is %+v, want the new secret %q in place of the old one", application, fresh)
	}
	if application.AttemptLimit != 5 {
		t.Errorf("the limit is %d, want the 5 of before", application.AttemptLimit)
	}
	p := c.must("apps", "rotate-secret", "138")
	_, text, _ := strings.Cut(p.stdout, "application 138 has a new secret\nsecret: ")
	secret, _, _ := strings.Cut(text, "\n")
	if application := c.application(138); !application.HasSecret(secret) || application.HasSecret(fresh) {
		t.Errorf("rotate-secret printed %q, which is not what is stored", p.stdout)
	}
}

func TestAppsListAndShow(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	for id, realm := range map[string]string{"1": "main", "2": "customers"} {
		c.must("apps", "add", "--id", id, "--realm", realm, "--limit", id)
	}
	if all := c.must("apps", "list", "--json").objects(); len(all) != 2 {
		t.Errorf("list printed %d applications, want 2", len(all))
	}
	listed := c.must("apps", "list", "--json", "--realm", "customers").object()
	created := c.application(2).CreatedAt
	has(t, listed, map[string]any{
		"id": 2, "realm": "customers", "attempt_limit": 2, "lockout_minutes": 30, "created_at": created,
	})
	if shown := c.must("apps", "show", "2", "--json").object(); asJSON(t, shown) != asJSON(t, listed) {
		t.Errorf("show printed %s, list %s", asJSON(t, shown), asJSON(t, listed))
	}
	c.must("apps", "show", "2").shows(`id       2
realm    customers
limits   2 failures, 30 minutes
created  ` + moment(created, "") + "\n")
}

func TestAppsRemove(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.must("apps", "add", "--id", "138")
	c.must("apps", "remove", "138", "--yes").shows("application 138 removed\n")
	c.must("apps", "list", "--json").shows("")
}

// contested is a store in which others keep changing the application.
type contested struct {
	store
	conflicts int // how often
}

func (s *contested) Application(context.Context, int64) (directory.Application, error) {
	return directory.Application{ID: 138, AttemptLimit: 100 - s.conflicts, LockoutMinutes: 30}, nil
}

func (s *contested) ReplaceApplication(_ context.Context, before, _ directory.Application) error {
	if s.conflicts--; s.conflicts >= 0 {
		return directory.ErrChanged
	}
	if before.AttemptLimit != 100 {
		return fmt.Errorf("replacing on top of limit %d, which is outdated", before.AttemptLimit)
	}
	return nil
}

func TestAppsChangeTriesAgain(t *testing.T) {
	t.Parallel()
	p := &applications{}
	edit := func(application *directory.Application) error {
		application.SecretDigest = "new"
		return nil
	}
	after, err := p.change(t.Context(), &contested{conflicts: changeTries - 1}, "138", edit)
	if err != nil || after.AttemptLimit != 100 || after.SecretDigest != "new" {
		t.Errorf("got %+v, %v; want the change on top of the others'", after, err)
	}
	_, err = p.change(t.Context(), &contested{conflicts: 100}, "138", edit)
	if !errors.Is(err, directory.ErrChanged) || err.Error() != "application 138: changed meanwhile, again and again; try later" {
		t.Errorf("got %v, want that others keep changing it", err)
	}
}
