package dynamolocal

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Fault is what happens to a request instead of being passed on.
type Fault int

// The faults.
const (
	None        Fault = iota // passed on
	Delay                    // passed on after DelayTime
	Fail                     // answered 500, InternalServerError
	Throttle                 // answered 400, ProvisionedThroughputExceededException
	Conflict                 // a write is answered 400: it met a transaction on the same item
	Unprocessed              // a batch is answered with all its keys left unprocessed
	Hang                     // never answered
	Cut                      // the connection ends before the request is carried out
	CutAfter                 // the request is carried out, but the connection ends before the answer
)

// Faults are all of them but None.
var Faults = []Fault{Delay, Fail, Throttle, Conflict, Unprocessed, Hang, Cut, CutAfter}

// DelayTime is short enough for a login to survive one, and too long for four: all its requests share 2.5 s.
const DelayTime = 700 * time.Millisecond

func (f Fault) String() string {
	return [...]string{"none", "delay", "fail", "throttle", "conflict", "unprocessed", "hang", "cut", "cut after"}[f]
}

// Fits reports whether an operation can meet the fault: a conflict is a write's, unprocessed keys are a batch's.
func (f Fault) Fits(operation string) bool {
	switch f {
	case Conflict:
		return slices.Contains([]string{"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"}, operation)
	case Unprocessed:
		return operation == "BatchGetItem"
	default:
		return true
	}
}

// answer does a fault that needs no DynamoDB.
func (f Fault) answer(w http.ResponseWriter, call Call) {
	var request struct {
		TransactItems []json.RawMessage
		RequestItems  json.RawMessage
	}
	_ = json.Unmarshal(call.Body, &request) // the SDK sends JSON
	var kind, more string
	status := http.StatusBadRequest
	switch f {
	case Fail:
		status, kind = http.StatusInternalServerError, "InternalServerError"
	case Throttle:
		kind = "ProvisionedThroughputExceededException"
	case Conflict:
		kind = "TransactionConflictException"
		if len(request.TransactItems) > 0 { // the first write meets another transaction
			kind = "TransactionCanceledException"
			more = `,"CancellationReasons":[{"Code":"TransactionConflict","Message":"made up"}` +
				strings.Repeat(`,{"Code":"None"}`, len(request.TransactItems)-1) + `]`
		}
	case Unprocessed:
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		_, _ = fmt.Fprintf(w, `{"Responses":{},"UnprocessedKeys":%s}`, request.RequestItems)
		return
	default:
		cut(w)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, `{"__type":"com.amazonaws.dynamodb.v20120810#%s","message":"made up"%s}`, kind, more)
}

// cut closes the connection without a response.
func cut(w http.ResponseWriter) {
	if hijacker, ok := w.(http.Hijacker); ok {
		if connection, _, err := hijacker.Hijack(); err == nil {
			_ = connection.Close()
		}
	}
}
