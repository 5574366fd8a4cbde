package login

import (
	"context"
	"log/slog"

	"gatehouse/shared/directory"
)

// logLogin writes the one line that every login leaves in the log (OWASP ASVS 5.0, 16.3.1). The line names known accounts
// by id and unknown ones not at all, because users type passwords into the name field.
func (v *Visit) logLogin(
	ctx context.Context, account directory.Account, app *directory.Application, outcome Outcome, fault error,
) {
	attributes := v.attributes()
	if account.Known {
		attributes = append(attributes, slog.String("account", account.Key))
	}
	if account.Realm != "" {
		attributes = append(attributes, slog.String("realm", account.Realm))
	}
	if app != nil {
		attributes = append(attributes, slog.Int64("application", app.ID))
	}
	if fault != nil {
		v.logFault(ctx, attributes, fault)
		return
	}
	v.write(ctx, slog.LevelInfo, append(attributes, slog.String("outcome", string(outcome))))
}

// logTurnedAway logs a request that was not admitted.
func (v *Visit) logTurnedAway(ctx context.Context, outcome string, fault error) {
	if fault != nil {
		v.logFault(ctx, v.attributes(), fault)
		return
	}
	v.write(ctx, slog.LevelWarn, append(v.attributes(), slog.String("outcome", outcome)))
}

func (v *Visit) logFault(ctx context.Context, attributes []slog.Attr, fault error) {
	v.write(ctx, slog.LevelError, append(attributes, slog.String("outcome", "fault"), slog.String("error", fault.Error())))
}

// write logs the line at any level of the log, so no setting silences the record of a login. It calls the handler
// directly because only [slog.Logger] compares levels.
func (v *Visit) write(ctx context.Context, level slog.Level, attributes []slog.Attr) {
	line := slog.NewRecord(v.service.Clock(), level, "login", 0)
	line.AddAttrs(attributes...)
	_ = v.service.Log.Handler().Handle(ctx, line)
}

func (v *Visit) attributes() []slog.Attr {
	return []slog.Attr{
		slog.String("product", v.caller.Product),
		slog.String("source", v.caller.Source),
		slog.String("request_id", v.caller.RequestID),
	}
}
