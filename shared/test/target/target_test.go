package target_test

import (
	"os"
	"testing"

	"gatehouse/shared/test/target"
)

var site target.Site

func TestMain(m *testing.M) {
	os.Exit(target.Main(m.Run))
}

// targets are both kinds, with the demo users.
func targets(t *testing.T) map[string]target.Target {
	t.Helper()
	served := site.Serve(t, nil)
	target.FillDemo(t, served.Store(), 4)
	cloud := site.Cloud(t)
	target.FillDemo(t, cloud.Store, 4)
	return map[string]target.Target{"serve": served, "functions": cloud.Gateway(nil, 2)}
}

// TestBothAnswerEveryProduct: a login of each product is taken for what it is, at both kinds of target.
func TestBothAnswerEveryProduct(t *testing.T) {
	t.Parallel()
	client := target.NewClient("127.0.0.2")
	defer client.Close()
	for name, at := range targets(t) {
		for _, product := range target.Products {
			wrong, unknown := target.Refused, target.Refused
			if product.Tells() {
				wrong, unknown = target.Wrong, target.Unknown
			}
			for _, row := range []struct {
				username, password string
				want               target.Verdict
			}{
				{product.User.Username, product.User.Password, target.Accepted},
				{product.User.Username, "a wrong guess", wrong},
				{"nobody", "a wrong guess", unknown},
			} {
				got, err := client.Login(t.Context(), at, product, row.username, row.password)
				if err != nil || got.Verdict != row.want {
					t.Errorf("%s, %s, %s: %q (%d %s, %v), want %q",
						name, product.Name, row.username, got.Verdict, got.Status, got.Body, err, row.want)
				}
			}
		}
	}
}

// TestServeAfterAKill: a killed command starts again on its file, and what it had counted is there.
func TestServeAfterAKill(t *testing.T) {
	t.Parallel()
	served := site.Serve(t, target.Settings{"ATTEMPT_LIMIT": "1"})
	target.FillDemo(t, served.Store(), 4)
	client := target.NewClient("127.0.0.3")
	defer client.Close()
	product := target.Products[0]
	for _, guess := range []string{"a wrong guess", product.User.Password} { // the first one locks the account
		got, err := client.Login(t.Context(), served, product, product.User.Username, guess)
		if err != nil || !got.Verdict.Refusal() {
			t.Errorf("%q (%v), want a refusal", got.Verdict, err)
		}
		served.Kill()
		served.Start()
	}
}

// TestGoroutinesAreCounted: every process has some, and the dump is understood.
func TestGoroutinesAreCounted(t *testing.T) {
	t.Parallel()
	served := site.Serve(t, nil)
	if count, err := served.Goroutines(); err != nil || count < 2 {
		t.Errorf("serve has %d goroutines (%v)", count, err)
	}
	served.Start()
	cloud := site.Cloud(t)
	counts, err := cloud.Gateway(nil, 1).Goroutines()
	if err != nil || len(counts) != len(target.Products) || counts[0] < 2 {
		t.Errorf("the functions have %v goroutines (%v)", counts, err)
	}
}
