package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// ErrClosed is returned once the queue takes no more jobs.
var ErrClosed = errors.New("queue is closed")

const maxAttempts = 5

// Job is a piece of work and how often it was tried.
type Job struct {
	ID       string    `json:"id"`
	Payload  []byte    `json:"payload"`
	Attempts int       `json:"attempts"`
	Due      time.Time `json:"due"`
}

// Queue holds jobs in memory and on the disk.
type Queue struct {
	mu     sync.Mutex
	jobs   []*Job
	path   string
	closed bool
}

// New makes a queue that is stored at path.
func New(path string) *Queue {
	return &Queue{path: path}
}

// Push adds a job at the end.
func (q *Queue) Push(job *Job) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return ErrClosed
	}
	if job.ID == "" {
		job.ID = fmt.Sprintf("job-%d", time.Now().UnixNano())
	}
	q.jobs = append(q.jobs, job)
	return nil
}

// Pop takes the first job that is due, or nil.
func (q *Queue) Pop(now time.Time) *Job {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i, job := range q.jobs {
		if job.Due.After(now) {
			continue
		}
		q.jobs = append(q.jobs[:i], q.jobs[i+1:]...)
		return job
	}
	return nil
}

// Retry puts a failed job back, later each time.
func (q *Queue) Retry(job *Job) error {
	job.Attempts++
	if job.Attempts >= maxAttempts {
		return fmt.Errorf("job %s failed %d times", job.ID, job.Attempts)
	}
	delay := time.Duration(job.Attempts) * 30 * time.Second
	job.Due = time.Now().Add(delay)
	return q.Push(job)
}

// Len counts the jobs.
func (q *Queue) Len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.jobs)
}

// Save writes all jobs to the disk.
func (q *Queue) Save() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	data, err := json.MarshalIndent(q.jobs, "", "  ")
	if err != nil {
		return fmt.Errorf("encode jobs: %w", err)
	}
	temp := q.path + ".new"
	if err := os.WriteFile(temp, data, 0o600); err != nil {
		return fmt.Errorf("write %s: %w", temp, err)
	}
	return os.Rename(temp, q.path)
}

// Load reads the jobs from the disk.
func (q *Queue) Load() error {
	data, err := os.ReadFile(q.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", q.path, err)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	return json.Unmarshal(data, &q.jobs)
}

// Worker takes jobs from a queue and does them.
type Worker struct {
	queue *Queue
	do    func(context.Context, *Job) error
	done  int
}

// Run works until the context ends.
func (w *Worker) Run(ctx context.Context) error {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case now := <-ticker.C:
			if err := w.step(ctx, now); err != nil {
				return err
			}
		}
	}
}

func (w *Worker) step(ctx context.Context, now time.Time) error {
	job := w.queue.Pop(now)
	if job == nil {
		return nil
	}
	if err := w.do(ctx, job); err != nil {
		return w.queue.Retry(job)
	}
	w.done++
	return nil
}

// Len counts what was done.
func (w *Worker) Len() int {
	return w.done
}
