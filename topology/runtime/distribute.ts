import type { FetchedRecord, Reader } from '../broker/broker.ts'
import type { Task } from './task.ts'
import { isSamePartition } from './task-groups.ts'

/** Gives what was read to the tasks, and stops reading a partition that has more than `maxBuffered` records waiting. */
export function distribute(
  records: readonly FetchedRecord[],
  tasks: readonly Task[],
  reader: Reader,
  maxBuffered: number,
): void {
  for (let from = 0; from < records.length; ) {
    const first = records[from]!
    let to = from + 1
    while (to < records.length && isSamePartition(records[to]!, first)) to++
    // What was read for a task that is gone by now is dropped: whoever has it next begins at its committed offset.
    const task = tasks.find((candidate) => candidate.group.queue(first))
    const queue = task?.group.queue(first)
    const run = from === 0 && to === records.length ? records : records.slice(from, to)
    from = to
    if (!task || !queue) continue
    task.group.add(queue, run)
    if (queue.size > maxBuffered && !queue.isPaused) {
      queue.isPaused = true
      reader.pause([queue])
    }
  }
}

/** Reads a partition again that has fewer than `maxBuffered` records left. */
export function resumeDrained(task: Task, reader: Reader, maxBuffered: number): void {
  for (const queue of task.group.queues) {
    if (!queue.isPaused || queue.size > maxBuffered) continue
    queue.isPaused = false
    reader.resume([queue])
  }
}
