package dynamo

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"gatehouse/shared/directory"
	"gatehouse/shared/login"
)

// batch is the number of items that one BatchGetItem can read.
const batch = 100

// listKey is the item that holds the ids of all applications.
const listKey = "apps"

func appKey(id int64) string { return "app#" + decimal(id) }

func secretKey(digest string) string { return "secret#" + digest }

// putSecret stores the item that finds an application by its secret, which no other may have.
func (t *transaction) putSecret(a directory.Application) {
	found := item{"pk": str(secretKey(a.SecretDigest)), "id": num(a.ID), "realm": str(a.Realm), "secret": str(a.SecretDigest)}
	t.put(t.store.tables.Users, found, "attribute_not_exists(#id) OR #id = :id", item{":id": num(a.ID)},
		&directory.TakenError{Kind: "secret"})
}

// removeSecret deletes that item.
func (t *transaction) removeSecret(a directory.Application) {
	t.delete(write{
		table: t.store.tables.Users, pk: secretKey(a.SecretDigest), condition: "#id = :id", values: item{":id": num(a.ID)},
	}, directory.ErrChanged)
}

func attributesOfApplication(a directory.Application) item {
	return item{
		"pk": str(appKey(a.ID)), "id": num(a.ID), "realm": str(a.Realm), "secret": str(a.SecretDigest),
		"limit": num(int64(a.AttemptLimit)), "lockout": num(int64(a.LockoutMinutes)), "created": millis(a.CreatedAt),
	}
}

func applicationOf(i item) directory.Application {
	return directory.Application{
		ID: numOf(i, "id"), Realm: strOf(i, "realm"), SecretDigest: strOf(i, "secret"),
		AttemptLimit: int(numOf(i, "limit")), LockoutMinutes: int(numOf(i, "lockout")), CreatedAt: timeOf(i, "created"),
	}
}

// AddApplication implements directory.ApplicationStore in one transaction with the list of applications.
func (s *Store) AddApplication(ctx context.Context, application directory.Application) error {
	change := &transaction{store: s}
	change.putNew(attributesOfApplication(application), "id", decimal(application.ID))
	change.putSecret(application)
	change.list("ADD", application.ID)
	return change.commit(ctx, "storing an application")
}

// list adds an id to the list of applications or deletes it from there.
func (t *transaction) list(action string, id int64) {
	ids := &types.AttributeValueMemberNS{Value: []string{decimal(id)}}
	t.update(write{table: t.store.tables.Users, pk: listKey, update: action + " #ids :id", values: item{":id": ids}}, nil)
}

// Application implements directory.ApplicationStore in one GetItem.
func (s *Store) Application(ctx context.Context, id int64) (directory.Application, error) {
	stored, err := s.get(ctx, s.tables.Users, appKey(id))
	if err != nil {
		return directory.Application{}, wrap("reading an application", err)
	}
	if stored == nil {
		return directory.Application{}, directory.ErrNotFound
	}
	return applicationOf(stored), nil
}

// Authenticate implements login.ApplicationStore in one BatchGetItem over two tables, or three.
func (s *Store) Authenticate(
	ctx context.Context, by login.Credentials, failures string, now time.Time,
) (login.Authentication, error) {
	app, counter, signIn := appKey(by.ID), counterKey(failures, now), signInKey(by.SignIn)
	if by.ID == 0 {
		app = secretKey(by.SecretDigest)
	}
	request := map[string]types.KeysAndAttributes{s.tables.Users: ask(keys(app)), s.tables.Attempts: ask(keys(counter))}
	if by.SignIn != 0 {
		request[s.tables.Sessions] = ask([]item{signIn})
	}
	found, err := s.batchGet(ctx, request)
	if err != nil {
		return login.Authentication{}, wrap("reading an application", err)
	}
	authentication := login.Authentication{
		Application: applicationOf(found[app]), Failures: int(numOf(found[counter], "n")),
	}
	if stored, ok := found[nameOf(signIn)]; ok {
		authentication.SignIn = sessionOf(stored)
	}
	return authentication, nil
}

// ReplaceApplication implements directory.ApplicationStore in one transaction. Attributes that this version does not know
// survive it.
func (s *Store) ReplaceApplication(ctx context.Context, before, after directory.Application) error {
	if _, err := s.Application(ctx, before.ID); err != nil {
		return err
	}
	w := write{table: s.tables.Users, pk: appKey(before.ID), condition: "attribute_exists(pk)"}
	after.ID = before.ID
	attributes := attributesOfApplication(after)
	delete(attributes, "pk")
	w.update, w.values = set(attributes)
	for name, value := range attributesOfApplication(before) {
		w.condition += " AND #" + name + " = :" + name + "0"
		w.values[":"+name+"0"] = value
	}
	change := &transaction{store: s}
	change.update(w, directory.ErrChanged)
	if after.SecretDigest != before.SecretDigest {
		change.removeSecret(before)
	}
	change.putSecret(after)
	return change.commit(ctx, "replacing an application")
}

// RemoveApplication implements directory.ApplicationStore. It reads the secret again if that is being replaced.
func (s *Store) RemoveApplication(ctx context.Context, id int64) error {
	var err error
	for range conflictTries {
		var stored directory.Application
		if stored, err = s.Application(ctx, id); err != nil {
			return err
		}
		change := &transaction{store: s}
		change.delete(write{
			table: s.tables.Users, pk: appKey(id), condition: "#secret = :secret", values: item{":secret": str(stored.SecretDigest)},
		}, directory.ErrChanged)
		change.removeSecret(stored)
		change.list("DELETE", id)
		if err = change.commit(ctx, "removing an application"); !errors.Is(err, directory.ErrChanged) {
			break
		}
	}
	return err
}

// Applications implements directory.ApplicationStore, ordered by id.
func (s *Store) Applications(ctx context.Context) iter.Seq2[directory.Application, error] {
	return func(yield func(directory.Application, error) bool) {
		ids, err := s.applicationIDs(ctx)
		if err != nil {
			yield(directory.Application{}, err)
			return
		}
		for chunk := range slices.Chunk(ids, batch) {
			var pks []string
			for _, id := range chunk {
				pks = append(pks, appKey(id))
			}
			found, err := s.batchGet(ctx, map[string]types.KeysAndAttributes{s.tables.Users: ask(keys(pks...))})
			if err != nil {
				yield(directory.Application{}, wrap("reading applications", err))
				return
			}
			for _, pk := range pks {
				if stored, ok := found[pk]; ok && !yield(applicationOf(stored), nil) {
					return
				}
			}
		}
	}
}

func (s *Store) applicationIDs(ctx context.Context) ([]int64, error) {
	stored, err := s.get(ctx, s.tables.Users, listKey)
	if err != nil {
		return nil, wrap("reading the list of applications", err)
	}
	var ids []int64
	if set, ok := stored["ids"].(*types.AttributeValueMemberNS); ok {
		for _, text := range set.Value {
			ids = append(ids, numOf(item{"id": &types.AttributeValueMemberN{Value: text}}, "id"))
		}
	}
	slices.Sort(ids)
	return ids, nil
}
