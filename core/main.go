package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/plugboard/plugboard/core/cli"
	"github.com/plugboard/plugboard/core/daemon"
)

// version is set by the linker.
var version = "0.0.0-dev"

func main() {
	p := cli.Program{Version: version, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Daemon: run}
	os.Exit(p.Run(context.Background(), os.Args[1:]))
}

// run is the daemon until a signal: the first SIGTERM or SIGINT drains, the
// second ends at once.
func run(ctx context.Context, o cli.RunOptions) error {
	drain, stopDraining := context.WithCancel(ctx)
	defer stopDraining()
	kill, stop := context.WithCancel(ctx)
	defer stop()
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	defer signal.Stop(signals)
	go func() {
		for {
			select {
			case <-kill.Done():
				return
			case s := <-signals:
				switch {
				case s == syscall.SIGHUP:
					o.Log.Warn("SIGHUP: the configuration is read at the start only; restart to apply it")
				case drain.Err() == nil:
					stopDraining()
				default:
					stop()
				}
			}
		}
	}()

	d, err := daemon.New(daemon.Options{Config: o.Config, Version: o.Version, Log: o.Log})
	if err != nil {
		return err
	}
	if err := d.Start(drain); err != nil {
		return err
	}
	defer d.Close()
	if err := drain.Err(); err == nil {
		d.Banner(os.Stdout, o.Path)
	}
	if err := d.Run(drain, kill, o.DrainTimeout); err != nil {
		return fmt.Errorf("the daemon ended: %w", err)
	}
	return nil
}
