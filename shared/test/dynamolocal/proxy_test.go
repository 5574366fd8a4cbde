package dynamolocal

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// stand is a proxy in front of a server that answers {} to everything, and a client that tries once.
type stand struct {
	proxy   *Proxy
	client  *dynamodb.Client
	reached atomic.Int64 // the requests that the server has carried out
	gate    chan struct{}
}

func newStand(t *testing.T) *stand {
	t.Helper()
	s := &stand{gate: make(chan struct{})}
	close(s.gate)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		<-s.gate
		s.reached.Add(1)
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		_, _ = w.Write([]byte("{}"))
	}))
	t.Cleanup(server.Close)
	s.proxy = NewProxy(server.URL)
	t.Cleanup(s.proxy.Close)
	s.client = dynamodb.New(dynamodb.Options{
		Region: "eu-west-1", BaseEndpoint: &s.proxy.Endpoint, Retryer: aws.NopRetryer{},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
		}),
	})
	return s
}

var pk = map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "x"}}

func (s *stand) get(ctx context.Context) error {
	_, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("t"), Key: pk})
	return err
}

func (s *stand) put(ctx context.Context) error {
	_, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("t"), Item: pk})
	return err
}

func (s *stand) transact(ctx context.Context) error {
	write := types.TransactWriteItem{Put: &types.Put{TableName: aws.String("t"), Item: pk}}
	_, err := s.client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{
		TransactItems: []types.TransactWriteItem{write, write},
	})
	return err
}

// code is DynamoDB's word for an error; "" for none, and for one of the network.
func code(err error) string {
	if failure, ok := errors.AsType[interface {
		error
		ErrorCode() string
	}](err); ok {
		return failure.ErrorCode()
	}
	return ""
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		fault   Fault
		call    func(*stand, context.Context) error
		fails   bool
		code    string
		reached int64
	}{
		{"none", None, (*stand).put, false, "", 1},
		{"delay", Delay, (*stand).put, false, "", 1},
		{"fail", Fail, (*stand).put, true, "InternalServerError", 0},
		{"throttle", Throttle, (*stand).get, true, "ProvisionedThroughputExceededException", 0},
		{"conflict of a write", Conflict, (*stand).put, true, "TransactionConflictException", 0},
		{"conflict of a transaction", Conflict, (*stand).transact, true, "TransactionCanceledException", 0},
		{"conflict of a read", Conflict, (*stand).get, false, "", 1},
		{"unprocessed keys of no batch", Unprocessed, (*stand).get, false, "", 1},
		{"cut", Cut, (*stand).put, true, "", 0},
		{"cut after", CutAfter, (*stand).put, true, "", 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := newStand(t)
			s.proxy.Choose(func(Call) Fault { return row.fault })
			err := row.call(s, t.Context())
			if (err != nil) != row.fails || code(err) != row.code || s.reached.Load() != row.reached {
				t.Errorf("error %v (%q), carried out %d times; want failure %t (%q), %d times",
					err, code(err), s.reached.Load(), row.fails, row.code, row.reached)
			}
		})
	}
}

// TestAnswersNameWhatWasNotDone: a cancelled transaction names its conflicting write, and a batch its unprocessed keys.
func TestAnswersNameWhatWasNotDone(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	s.proxy.Choose(func(call Call) Fault {
		if call.Operation == "BatchGetItem" {
			return Unprocessed
		}
		return Conflict
	})
	cancelled, ok := errors.AsType[*types.TransactionCanceledException](s.transact(t.Context()))
	if !ok || len(cancelled.CancellationReasons) != 2 || *cancelled.CancellationReasons[0].Code != "TransactionConflict" {
		t.Errorf("the transaction was cancelled with %+v", cancelled)
	}
	out, err := s.client.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{
		RequestItems: map[string]types.KeysAndAttributes{"t": {Keys: []map[string]types.AttributeValue{pk}}},
	})
	if err != nil || len(out.UnprocessedKeys["t"].Keys) != 1 || s.reached.Load() != 0 {
		t.Errorf("got %+v (%v), want the one key unprocessed", out, err)
	}
}

// TestCallsAreSeen: a choice sees each request's operation, body and number, and the number of the SDK's try.
func TestCallsAreSeen(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	for range 2 {
		var calls []string
		s.proxy.Choose(func(call Call) Fault {
			calls = append(calls, fmt.Sprintf("%d %s, try %d: %s", call.N, call.Operation, call.Try, call.Body))
			return Throttle
		})
		_, err := s.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("t"), Item: pk},
			func(options *dynamodb.Options) {
				options.Retryer = retry.NewStandard(func(options *retry.StandardOptions) {
					options.MaxAttempts, options.MaxBackoff = 2, 1
				})
			})
		const body = `{"Item":{"pk":{"S":"x"}},"TableName":"t"}`
		if want := []string{"0 PutItem, try 1: " + body, "1 PutItem, try 2: " + body}; err == nil || !slices.Equal(calls, want) {
			t.Errorf("%v after %q, want an error after %q", err, calls, want)
		}
		if got := s.proxy.Seen(); len(got) != 2 || got[0] != "PutItem" {
			t.Errorf("seen %v, want two of PutItem", got)
		}
	}
}

// TestSettleWaitsForWhatIsLeftBehind: a client that gives up leaves a write behind, which is carried out, and waited for; what
// hangs is not.
func TestSettleWaitsForWhatIsLeftBehind(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	s.gate = make(chan struct{})
	arrived := make(chan struct{}, 2)
	s.proxy.Choose(func(call Call) Fault {
		arrived <- struct{}{}
		if call.Operation == "GetItem" {
			return Hang
		}
		return None
	})
	ctx, giveUp := context.WithCancel(t.Context())
	failed := make(chan error, 2)
	go func() { failed <- s.put(ctx) }()
	go func() { failed <- s.get(t.Context()) }()
	<-arrived
	<-arrived
	giveUp()
	if err := <-failed; err == nil {
		t.Error("who has given up got an answer")
	}
	settled := make(chan struct{})
	go func() { s.proxy.Settle(); close(settled) }()
	select {
	case <-settled:
		t.Error("settled while a write is under way")
	default:
	}
	close(s.gate)
	<-settled
	if got := s.reached.Load(); got != 1 {
		t.Errorf("%d requests were carried out, want the one that was left behind", got)
	}
}
