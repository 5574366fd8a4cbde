package dynamo_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"gatehouse/shared/directory"
	"gatehouse/shared/store/dynamo"
	"gatehouse/shared/test/dynamolocal"
)

// TestThrottled: what was not carried out may be asked again. Where one try's answer was lost it may have been carried out,
// and the tries after it say nothing of that: asked again, the user would be told that its names are taken, by itself.
func TestThrottled(t *testing.T) {
	t.Parallel()
	store, proxy := throughProxy(t)
	tests := []struct {
		name      string
		first     dynamolocal.Fault // of the first write; the others are throttled
		throttled bool
		stored    bool
	}{
		{"every try", dynamolocal.Throttle, true, false},
		{"after a lost answer", dynamolocal.CutAfter, false, true},
		{"after a lost request", dynamolocal.Cut, false, false},
		{"after a failure", dynamolocal.Fail, false, false},
	}
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			writes := 0
			proxy.Choose(func(call dynamolocal.Call) dynamolocal.Fault {
				if call.Operation != "TransactWriteItems" {
					return dynamolocal.None
				}
				if writes++; writes == 1 {
					return test.first
				}
				return dynamolocal.Throttle
			})
			user := directory.User{Realm: "throttled", ID: int64(i + 1), Username: test.name, CreatedAt: time.UnixMilli(0).UTC()}
			if err := store.AddUser(t.Context(), user); err == nil || errors.Is(err, directory.ErrThrottled) != test.throttled {
				t.Errorf("error %v; want ErrThrottled: %v", err, test.throttled)
			}
			if _, err := store.User(t.Context(), user.Realm, user.ID); (err == nil) != test.stored {
				t.Errorf("reading the user: %v; want it stored: %v", err, test.stored)
			}
		})
	}
	proxy.Choose(func(dynamolocal.Call) dynamolocal.Fault { return dynamolocal.Throttle })
	if _, err := store.User(t.Context(), "throttled", 1); !errors.Is(err, directory.ErrThrottled) {
		t.Errorf("reading: error %v, want ErrThrottled", err)
	}
}

// TestThrottledByName has DynamoDB say it in each way that it has.
func TestThrottledByName(t *testing.T) {
	t.Parallel()
	connect(t)
	const cancelled = `TransactionCanceledException","CancellationReasons":[{"Code":"None"},`
	tests := []struct {
		answer    string
		throttled bool
	}{
		{`ProvisionedThroughputExceededException"`, true},
		{`ThrottlingException"`, true},
		{`RequestLimitExceeded"`, true},
		{cancelled + `{"Code":"ThrottlingError"}]`, true},
		{cancelled + `{"Code":"ProvisionedThroughputExceeded"}]`, true},
		{`TransactionCanceledException","CancellationReasons":[{"Code":"ConditionalCheckFailed"},{"Code":"ThrottlingError"}]`,
			false}, // that one stays
	}
	for _, test := range tests {
		t.Run(test.answer, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/x-amz-json-1.0")
				if r.Header.Get("X-Amz-Target") != "DynamoDB_20120810.TransactWriteItems" {
					w.Write([]byte("{}"))
					return
				}
				w.WriteHeader(http.StatusBadRequest)
				w.Write([]byte(`{"__type":"com.amazonaws.dynamodb.v20120810#` + test.answer + `}`))
			}))
			defer server.Close()
			client, err := dynamo.NewClient(environmentAt(server.URL))
			if err != nil {
				t.Fatal(err)
			}
			err = dynamo.New(client, tables).AddUser(t.Context(), directory.User{Realm: "r", ID: 1, Username: "a"})
			if err == nil || errors.Is(err, directory.ErrThrottled) != test.throttled {
				t.Errorf("error %v; want ErrThrottled: %v", err, test.throttled)
			}
		})
	}
}
