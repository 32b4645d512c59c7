package main

import (
	"testing"

	"github.com/sirupsen/logrus"
	"github.com/stretchr/testify/require"
)

func TestExitCodeOfAFailedRunIsNotZero(t *testing.T) {
	for _, tc := range []struct {
		message    string
		level      logrus.Level
		code, want int
	}{
		{"", logrus.ErrorLevel, 0, 0},
		{"test marked as failed", logrus.ErrorLevel, 0, 110},
		{"test marked as failed: the verdict is FAILED", logrus.ErrorLevel, 0, 110},
		{"test marked as failed", logrus.ErrorLevel, 99, 99},
		{"another error", logrus.ErrorLevel, 0, 0},
		{"test marked as failed", logrus.InfoLevel, 0, 0}, // what a script's console.log says is none
	} {
		hook := &failHook{}
		logger := logrus.New()
		logger.SetOutput(t.Output())
		logger.AddHook(hook)
		logger.Log(tc.level, tc.message)
		require.Equal(t, tc.want, hook.code(tc.code), "%s %s", tc.level, tc.message)
	}
}
