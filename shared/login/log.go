package login

import (
	"context"
	"errors"
	"log/slog"

	"gatehouse/shared/directory"
	"gatehouse/shared/session"
)

// logLogin logs how a login ended. The line names known accounts by id and unknown ones not at all, because users type
// passwords into the name field.
func (v *Visit) logLogin(
	ctx context.Context, account directory.Account, app *directory.Application, outcome Outcome, fault error,
) {
	var attributes []slog.Attr
	if account.Known {
		attributes = append(attributes, slog.String("account", account.Key))
	}
	if account.Realm != "" {
		attributes = append(attributes, slog.String("realm", account.Realm))
	}
	if app != nil {
		attributes = append(attributes, slog.Int64("application", app.ID))
	}
	v.log(ctx, slog.LevelInfo, string(outcome), fault, attributes...)
}

// log writes the one line that every request leaves in the log (OWASP ASVS 5.0, 16.3.1), at any level of the log, so no
// setting silences the record of a login. It calls the handler directly because only [slog.Logger] compares levels.
func (v *Visit) log(ctx context.Context, level slog.Level, outcome string, fault error, attributes ...slog.Attr) {
	attributes = append(v.attributes(), attributes...)
	if fault != nil {
		level, outcome = slog.LevelError, "fault"
	}
	attributes = append(attributes, slog.String("outcome", outcome))
	if fault != nil {
		attributes = append(attributes, slog.String("error", fault.Error()))
	}
	line := slog.NewRecord(v.service.Clock(), level, "login", 0)
	line.AddAttrs(attributes...)
	_ = v.service.Log.Handler().Handle(ctx, line)
}

// logFault is a [Hook] that logs why a request about a session failed. That a session is gone is no fault.
func (v *Visit) logFault(ctx context.Context, method string, call func(context.Context) error) error {
	err := call(ctx)
	if err != nil && !errors.Is(err, session.ErrNone) {
		attributes := append(v.attributes(), slog.String("call", method), slog.String("error", err.Error()))
		v.service.Log.LogAttrs(ctx, slog.LevelError, "session request failed", attributes...)
	}
	return err
}

func (v *Visit) attributes() []slog.Attr {
	return []slog.Attr{
		slog.String("product", v.caller.Product),
		slog.String("source", v.caller.Source),
		slog.String("request_id", v.caller.RequestID),
	}
}
