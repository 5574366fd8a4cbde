package bootstrap_test

import (
	"testing"
	"time"

	"gatehouse/shared/test/dynamolocal"
	"gatehouse/shared/test/target"
)

// from does the fault to a request of a login and to all that follow, so to what the SDK tries again too.
func from(step int, fault dynamolocal.Fault) func(int, string) dynamolocal.Fault {
	return func(n int, _ string) dynamolocal.Fault {
		if n >= step {
			return fault
		}
		return dynamolocal.None
	}
}

// once does the fault to one request only.
func once(step int, fault dynamolocal.Fault) func(int, string) dynamolocal.Fault {
	return func(n int, _ string) dynamolocal.Fault {
		if n == step {
			return fault
		}
		return dynamolocal.None
	}
}

// TestSecurity22FaultsOnTheWire does the worst to each request of a login in turn: the answer is the product's own 500 and
// never a login, and the next login works.
func TestSecurity22FaultsOnTheWire(t *testing.T) {
	t.Parallel()
	faults := map[string]dynamolocal.Fault{
		"fails": dynamolocal.Fail, "throttles": dynamolocal.Throttle, "cuts the connection": dynamolocal.Cut,
		"cuts it after the write": dynamolocal.CutAfter,
	}
	for _, product := range target.Products {
		for name, fault := range faults {
			t.Run(product.Name+" "+name, func(t *testing.T) {
				t.Parallel()
				worst(t, product, fault)
			})
		}
	}
}

func worst(t *testing.T, product target.Product, fault dynamolocal.Fault) {
	t.Helper()
	proxy := dynamolocal.NewProxy(dynamolocal.Endpoint(t))
	defer proxy.Close()
	deployed := filled(t).Via(proxy.Endpoint).Function(product.Function, target.Settings{
		"ATTEMPT_LIMIT": "0", "FAILURE_CAP": "0", "SOURCE_LIMIT": "1000",
	})
	for _, password := range []string{product.User.Password, "a wrong guess"} {
		event := product.Event(product.User.Username, password)
		proxy.Choose(nil)
		deployed.Must(event)
		for step := range proxy.Seen() {
			proxy.Choose(from(step, fault))
			if got := deployed.Must(event); got.StatusCode != 500 {
				t.Errorf("request %d fails: status %d and %s, want 500", step, got.StatusCode, got.Body)
			}
			proxy.Choose(once(step, fault))
			if got := deployed.Must(event); got.StatusCode >= 500 {
				t.Errorf("request %d fails once: status %d and %s, want it tried again", step, got.StatusCode, got.Body)
			}
			proxy.Choose(nil)
			works(t, product, deployed)
		}
	}
}

// TestSecurity22AHangingStoreOnTheWire: one request that is never answered costs time only; of a store that answers none, every
// product tells by its 500 before its clients give up, and works again after that.
func TestSecurity22AHangingStoreOnTheWire(t *testing.T) {
	t.Parallel()
	for _, product := range target.Products {
		t.Run(product.Name, func(t *testing.T) {
			t.Parallel()
			proxy := dynamolocal.NewProxy(dynamolocal.Endpoint(t))
			defer proxy.Close()
			deployed := filled(t).Via(proxy.Endpoint).Function(product.Function, nil)
			works(t, product, deployed)
			for _, step := range []int{0, len(proxy.Seen()) - 1} {
				proxy.Choose(once(step, dynamolocal.Hang))
				works(t, product, deployed)
				proxy.Choose(from(step, dynamolocal.Hang))
				began := time.Now()
				got := deployed.Must(right(product))
				t.Logf("request %d hangs: answered after %s", step, time.Since(began).Round(time.Millisecond))
				if got.StatusCode != 500 {
					t.Errorf("request %d hangs: status %d and %s, want 500", step, got.StatusCode, got.Body)
				}
				proxy.Choose(nil)
				works(t, product, deployed)
			}
		})
	}
}

// works logs in, and nothing of what is done or was done to a request may show.
func works(t *testing.T, product target.Product, deployed *target.Function) {
	t.Helper()
	got := deployed.Must(right(product))
	if told := product.Read(got.StatusCode, got.Body); told != target.Accepted {
		t.Errorf("a login: %q (%d %s), want %q", told, got.StatusCode, got.Body, target.Accepted)
	}
}
