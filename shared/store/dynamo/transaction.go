package dynamo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"gatehouse/shared/directory"
)

// transaction is a change of the administration's: writes that happen together or not at all, and what it means if the
// condition of one fails.
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

// name makes an identifier the user's, if it is nobody's.
func (t *transaction) name(user directory.User, by directory.Identifier) {
	t.putNew(item{"pk": str(loginKey(user.Realm, by)), "id": num(user.ID)}, taken(string(by.Kind), by.Value))
}

// unname gives the user's identifier up.
func (t *transaction) unname(user directory.User, by directory.Identifier) {
	t.add(types.TransactWriteItem{Delete: &types.Delete{
		TableName: &t.store.tables.Users, Key: key(loginKey(user.Realm, by)),
		ConditionExpression:       aws.String("#id = :id"),
		ExpressionAttributeNames:  map[string]string{"#id": "id"},
		ExpressionAttributeValues: item{":id": num(user.ID)},
	}}, directory.ErrChanged)
}

// raise writes an epoch into every record of attempts that the user can have, and removes the attributes that are named by
// their placeholders.
func (t *transaction) raise(ctx context.Context, user directory.User, epoch int64, removed ...string) error {
	accounts, err := t.store.accounts(ctx, directory.AccountOf(user.Realm, user.ID), false)
	if err != nil {
		return err
	}
	for _, account := range accounts {
		e := newExpression(append(removed, "#epoch")...)
		e.update = "SET #epoch = :epoch"
		if len(removed) > 0 {
			e.update += " REMOVE " + strings.Join(removed, ", ")
		}
		e.values[":epoch"] = num(epoch)
		t.add(types.TransactWriteItem{Update: &types.Update{
			TableName: &t.store.tables.Attempts, Key: key(accountKey(account)), UpdateExpression: &e.update,
			ExpressionAttributeNames: e.names, ExpressionAttributeValues: e.values,
		}}, nil)
	}
	return nil
}

// conflictTries and conflictWait bound how often a change is tried again that met a login, or another change, on the same
// item (TransactionConflict): each is over within milliseconds.
const (
	conflictTries = 8
	conflictWait  = 25 * time.Millisecond
)

// commit carries the writes out, and says in the administration's terms which condition failed first.
func (t *transaction) commit(ctx context.Context, doing string) error {
	if len(t.writes) > maxWrites {
		return fmt.Errorf("%s: more than %d applications of the realm have limits of their own", doing, maxWrites-maxUserWrites)
	}
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

// A transaction holds at most 100 writes; a user's own are at most its item and four identifiers.
const (
	maxWrites     = 100
	maxUserWrites = 5
)

// Why DynamoDB cancels a transaction.
const (
	failedCondition = "ConditionalCheckFailed"
	conflict        = "TransactionConflict"
)

// causes says of each write of a cancelled transaction why it was, "None" where it was not the cause; nil for any other error.
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
