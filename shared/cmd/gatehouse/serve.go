package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"gatehouse/functions"
	"gatehouse/shared/config"
	"gatehouse/shared/gateway/local"
	"gatehouse/shared/password"
	"gatehouse/shared/product"
)

// serving is `gatehouse serve`.
type serving struct {
	*app
	address  string
	basePath string
	demo     bool
}

func newServe(a *app) *cobra.Command {
	s := &serving{app: a}
	command := &cobra.Command{
		Use:   "serve",
		Short: "Answer the login endpoints on this machine",
		Long: `Answers the login endpoints on this machine, as API Gateway and the Lambda functions would.
It logs to stderr, one JSON object a line.

Settings are environment variables:

` + settingsTable(),
		Example: `  gatehouse serve --demo
  gatehouse serve --addr 127.0.0.1:8080 --store sqlite:/var/lib/gatehouse/gatehouse.db
  BCRYPT_COST=10 LOG_LEVEL=debug gatehouse serve`,
		RunE: func(cmd *cobra.Command, _ []string) error { return s.run(cmd.Context()) },
	}
	flags := command.Flags()
	flags.StringVar(&s.address, "addr", "127.0.0.1:3000", "where to listen, as `HOST:PORT`; port 0 takes a free one")
	flags.StringVar(&s.basePath, "base-path", "", "a `PATH` before every endpoint's own, such as /studio")
	flags.BoolVar(&s.demo, "demo", false,
		"fill an empty directory with the documents' users, whose passwords everyone knows (--store: "+demoStore+")")
	return command
}

// settingsTable lists the common variables, then each product's, with their defaults.
func settingsTable() string {
	settings := config.SettingsOf[config.Config]()
	for _, p := range functions.Products() {
		settings = append(settings, p.Settings...)
	}
	var table strings.Builder
	for _, setting := range settings {
		table.WriteString(strings.TrimRight(fmt.Sprintf("  %-30s%s", setting.Name, setting.Default), " ") + "\n")
	}
	return table.String()
}

// run serves until the context ends. It takes the port first, so a second server does nothing to the store.
func (s *serving) run(ctx context.Context) error {
	if s.demo {
		s.storeDefault = demoStore
	}
	if s.demo && s.onAWS() {
		return errDemoOnAWS
	}
	if !basePaths.MatchString(s.basePath) {
		return usageError{fmt.Errorf("--base-path %q is not of the form /studio", s.basePath)}
	}
	settings, hasher, err := s.hasher()
	if err != nil {
		return err
	}
	log := settings.Logger(s.stderr)
	listener, err := s.listen(ctx)
	if err != nil {
		return err
	}
	defer listener.Close()
	s.serving = true
	return s.withStore(ctx, creating, func(store store) error { return s.serve(ctx, settings, hasher, log, listener, store) })
}

// basePaths matches no base path, and those that need no escapes in a URL.
var basePaths = regexp.MustCompile(`^(?:/[A-Za-z0-9_-]+)*$`)

func (s *serving) listen(ctx context.Context) (net.Listener, error) {
	if _, _, err := net.SplitHostPort(s.address); err != nil {
		return nil, usageError{fmt.Errorf("--addr %q is not of the form HOST:PORT", s.address)}
	}
	var listening net.ListenConfig
	listener, err := listening.Listen(ctx, "tcp", s.address)
	if err != nil {
		return nil, fmt.Errorf("%w (--addr names another address)", err)
	}
	return listener, nil
}

// serve puts the parts together: the one login service, the handlers on it, the gateway in front of them.
func (s *serving) serve(
	ctx context.Context, settings config.Config, hasher *password.Hasher, log *slog.Logger, listener net.Listener, store store,
) error {
	service := settings.Service(store, hasher, log)
	products := functions.Products()
	var routes []local.Route
	var err error
	for _, endpoint := range functions.Endpoints() {
		handler, wrong := endpoint.New(settings, service)
		err = errors.Join(err, wrong)
		routes = append(routes, local.Route{Method: "ANY", Path: endpoint.Path, Handler: handler}) // a wrong method is the product's too
	}
	if err != nil {
		return fmt.Errorf("reading the settings: %w", err)
	}
	settings.Report(ctx, log)
	gateway := local.New(routes, log, local.Options{KeepBody: keptBody, BasePath: s.basePath})
	message := banner{
		address: listener.Addr(), basePath: s.basePath, products: products, asked: s.demo, store: s.storeName(),
	}
	if s.demo {
		if reachable(listener.Addr()) {
			log.WarnContext(ctx, "everyone knows the demo users' passwords, and other machines can reach this address")
		}
		if message.added, err = fillEmpty(ctx, store, settings, hasher, products); err != nil {
			return err
		}
	}
	if err := s.inspect(ctx, settings, log, store, hasher, &message); err != nil {
		return err
	}
	if _, err := io.WriteString(s.stdout, message.String()); err != nil {
		return fmt.Errorf("writing where the endpoints are: %w", err)
	}
	defer sweepEachMinute(ctx, store, log)()
	return serveHTTP(ctx, listener, gateway, log)
}

// inspect looks at what the directory holds, for the banner. Without --demo, the demo's accounts are a warning on a
// loopback address and an error elsewhere.
func (s *serving) inspect(
	ctx context.Context, settings config.Config, log *slog.Logger, store store, hasher *password.Hasher, message *banner,
) error {
	realms, err := realmsOf(ctx, store, settings, message.products)
	if err != nil {
		return err
	}
	if message.users, err = countUsers(ctx, store, realms, manyUsers); err != nil {
		return err
	}
	if message.added {
		return nil // it holds the whole demo, and a newcomer waits
	}
	if message.demo, err = product.Present(ctx, store, realms, hasher, message.products); err != nil || s.demo || len(message.demo) == 0 {
		return err
	}
	if reachable(message.address) { // OWASP ASVS 6.3.2
		return fmt.Errorf("the directory holds the demo's %s, whose passwords everyone knows; "+
			"remove them, or serve on a loopback address", strings.Join(message.demo, ", "))
	}
	log.WarnContext(ctx, "the directory holds the demo's accounts, whose passwords everyone knows", "accounts", message.demo)
	return nil
}

// sweepEachMinute has a store that keeps expired data drop it, until end is called.
func sweepEachMinute(ctx context.Context, store store, log *slog.Logger) (end func()) {
	sweeping, ok := store.(interface {
		Sweep(ctx context.Context, now time.Time) error
	})
	if !ok {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() {
		for ctx.Err() == nil {
			if err := sweeping.Sweep(ctx, now()); err != nil && !errors.Is(err, context.Canceled) {
				log.ErrorContext(ctx, "expired data was not dropped", "error", err)
			}
			select {
			case <-time.After(time.Minute):
			case <-ctx.Done():
			}
		}
	})
	return func() {
		cancel()
		running.Wait()
	}
}
