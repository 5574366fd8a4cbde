package dynamolocal

import (
	"encoding/json"
	"fmt"
	"io"
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

// Fits says whether an operation can meet the fault: a conflict is a write's, unprocessed keys are a batch's.
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
	switch f {
	case Fail:
		refuse(w, http.StatusInternalServerError, "InternalServerError", "")
	case Throttle:
		refuse(w, http.StatusBadRequest, "ProvisionedThroughputExceededException", "")
	case Conflict:
		conflict(w, call)
	case Unprocessed:
		leave(w, call)
	default:
		cut(w)
	}
}

// refuse answers with an error of DynamoDB's. What else belongs to it is more properties in JSON, each after a comma.
func refuse(w http.ResponseWriter, status int, kind, more string) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, `{"__type":"com.amazonaws.dynamodb.v20120810#`+kind+`","message":"made up"`+more+`}`)
}

// conflict answers a write as DynamoDB does when another transaction is at work on the item. A transaction is told which
// of its writes that was: the first.
func conflict(w http.ResponseWriter, call Call) {
	if call.Operation != "TransactWriteItems" {
		refuse(w, http.StatusBadRequest, "TransactionConflictException", "")
		return
	}
	var writes struct{ TransactItems []json.RawMessage }
	if err := json.Unmarshal(call.Body, &writes); err != nil || len(writes.TransactItems) == 0 {
		cut(w)
		return
	}
	others := strings.Repeat(`,{"Code":"None"}`, len(writes.TransactItems)-1)
	refuse(w, http.StatusBadRequest, "TransactionCanceledException",
		`,"CancellationReasons":[{"Code":"TransactionConflict","Message":"made up"}`+others+`]`)
}

// leave answers a batch that nothing of it was done.
func leave(w http.ResponseWriter, call Call) {
	var batch struct{ RequestItems json.RawMessage }
	if err := json.Unmarshal(call.Body, &batch); err != nil {
		cut(w)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	_, _ = fmt.Fprintf(w, `{"Responses":{},"UnprocessedKeys":%s}`, batch.RequestItems)
}

// cut ends the connection without an answer.
func cut(w http.ResponseWriter) {
	if hijacker, ok := w.(http.Hijacker); ok {
		if connection, _, err := hijacker.Hijack(); err == nil {
			_ = connection.Close()
		}
	}
}
