package dynamo

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"gatehouse/shared/directory"
)

// transaction is a change by the administration: writes that happen together or not at all, each with the error that its
// failed condition stands for.
type transaction struct {
	store    *Store
	writes   []types.TransactWriteItem
	meanings []error
}

func (t *transaction) add(write types.TransactWriteItem, meaning error) {
	t.writes, t.meanings = append(t.writes, write), append(t.meanings, meaning)
}

func taken(kind, value string) error { return &directory.TakenError{Kind: kind, Value: value} }

// putNew stores an item of the Users table that must not exist yet.
func (t *transaction) putNew(new item, meaning error) {
	t.add(types.TransactWriteItem{Put: &types.Put{
		TableName: &t.store.tables.Users, Item: new, ConditionExpression: aws.String("attribute_not_exists(pk)"),
	}}, meaning)
}

// name gives a free identifier to the user.
func (t *transaction) name(user directory.User, by directory.Identifier) {
	t.putNew(item{"pk": str(loginKey(user.Realm, by)), "id": num(user.ID)}, taken(string(by.Kind), by.Value))
}

// unname frees an identifier of the user.
func (t *transaction) unname(user directory.User, by directory.Identifier) {
	t.add(types.TransactWriteItem{Delete: &types.Delete{
		TableName: &t.store.tables.Users, Key: key(loginKey(user.Realm, by)),
		ConditionExpression:       aws.String("#id = :id"),
		ExpressionAttributeNames:  map[string]string{"#id": "id"},
		ExpressionAttributeValues: item{":id": num(user.ID)},
	}}, directory.ErrChanged)
}

// conflictTries and conflictWait bound the retries of a change that conflicted with a login or another change on the same
// item (TransactionConflict). Either ends within milliseconds.
const (
	conflictTries = 8
	conflictWait  = 25 * time.Millisecond
)

// commit carries out the writes, or returns the error of the first condition that failed.
func (t *transaction) commit(ctx context.Context, doing string) error {
	for try := range conflictTries {
		seen := &tries{}
		_, err := t.store.client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: t.writes}, seen.watch)
		if !seen.unknown {
			err = throttled(err)
		}
		if failed := slices.Index(causes(err), failedCondition); failed >= 0 {
			return t.meanings[failed]
		}
		if err == nil || !slices.Contains(causes(err), conflict) || try == conflictTries-1 {
			return wrap(doing, err)
		}
		select {
		case <-ctx.Done():
			return wrap(doing, ctx.Err())
		case <-time.After(conflictWait << try):
		}
	}
	return nil
}

// Reasons of a cancelled transaction.
const (
	failedCondition = "ConditionalCheckFailed"
	conflict        = "TransactionConflict"
)

// causes returns the reason of each write in a cancelled transaction, "None" for an innocent one; nil for any other error.
func causes(err error) []string {
	cancelled, ok := errors.AsType[*types.TransactionCanceledException](err)
	if !ok {
		return nil
	}
	codes := make([]string, len(cancelled.CancellationReasons))
	for i, reason := range cancelled.CancellationReasons {
		codes[i] = aws.ToString(reason.Code)
	}
	return codes
}
