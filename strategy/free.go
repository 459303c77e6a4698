package strategy

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// Free lets each host run through the play on its own, as fast as it can. How many do so at once is the play's number of forks. Hosts
// begin in order, so that hosts that are equally fast mostly answer in it.
func Free(ctx context.Context, p Play) error {
	g, ctx := errgroup.WithContext(ctx)
	before := make(chan struct{})
	close(before)
	for h := range p.Hosts() {
		turn, begun := before, make(chan struct{})
		g.Go(func() error {
			<-turn
			close(begun)
			return alone(ctx, p, h)
		})
		before = begun
	}
	return g.Wait()
}

func alone(ctx context.Context, p Play, host int) error {
	for {
		s, ok := p.Next(host)
		if !ok {
			return nil
		}
		if err := p.Do(ctx, s, []int{host}); err != nil {
			return err
		}
	}
}

// HostPinned is Free with a fork that stays with its host from the first to the last task: no more hosts than forks are under way.
func HostPinned(ctx context.Context, p Play) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, p.Forks()))
	for h := range p.Hosts() {
		g.Go(func() error { return alone(ctx, p, h) })
	}
	return g.Wait()
}
