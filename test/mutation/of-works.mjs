import { ALWAYS, of } from './of.mjs';

const works = ['test/work/run-work', 'test/work/shared'];
const ofJobs = 'test/operator/job › two jobs of one name';
const pace = ['test/work/pace', 'test/work/shared › a limit'];

/** Passes over the table that many workers share, and what stands of them in the table. */
export const ofWorks = [
  ...of('src/work/put.ts', works, {
    'a row of a work is written only as it was seen': [
      'rowAbsent : equals(TOKEN, { S: seen.token });',
      `rowAbsent : ${ALWAYS};`,
    ],
    'a row of a work is new only where there is none': [
      'seen === undefined ? rowAbsent',
      `seen === undefined ? ${ALWAYS}`,
    ],
    'a row of a work has a new token with each write': [
      'token: randomUUID(), content',
      'token: seen?.token ?? randomUUID(), content',
    ],
    'a row of a work whose answer was lost is known by its token': [
      'readWorkRow<T>(row)?.token === held.token ? held : undefined',
      'false ? held : undefined',
    ],
    'a row of a work in the place of ours is another’s': [
      'readWorkRow<T>(row)?.token === held.token ? held : undefined',
      'true ? held : undefined',
    ],
    'a row of a work without an answer is sent again': ['if (attempt === ATTEMPTS) throw', 'if (attempt === 1) throw'],
    'a row of a work without any answer is an error': [
      "if (attempt === ATTEMPTS) throw unanswered(gateway.table, outcome.kind === 'unknown' ? outcome.cause : undefined);",
      'if (attempt === ATTEMPTS) return held;',
    ],
  }),
  ...of('src/work/board.ts', works, {
    'a segment of an earlier run is none of this one': ['content.run === head.content.run;', 'true;'],
    'what is left of an earlier run is known': [
      'leftovers: new Map(all.filter((each) => !isOfRun(each))),',
      'leftovers: new Map(),',
    ],
    'a work whose name begins likewise is another': ['if (id !== undefined && place.id !== id) continue;', ''],
    'the lease of background work is no work': [
      'if (head?.content.segments !== undefined)',
      'if (head !== undefined)',
      ...works,
      'test/application/background',
    ],
    'a board is read page by page': ['} while (after !== undefined);', '} while (false);'],
    'a work is finished when all of its segments are': [
      'return finished.length === head.content.segments;',
      'return finished.length === segments.size;',
    ],
    'a segment is finished when it says so': [
      'filter(({ content }) => content.finished === true);\n  return finished.length === head',
      'filter(() => true);\n  return finished.length === head',
    ],
    'a finished segment is not worked on again': [
      'content.finished !== true && content.until <= now;',
      'content.until <= now;',
    ],
    'a segment that another works on is not free': [
      'content.finished !== true && content.until <= now;',
      'content.finished !== true;',
    ],
    'a worker that is gone takes no share': [
      'content.finished !== true && content.until > now);\n  return',
      'content.finished !== true);\n  return',
    ],
    'what is finished takes no share': [
      'content.finished !== true && content.until > now);\n  return',
      'content.until > now);\n  return',
    ],
    'who works has one share': [
      'return leased.filter(({ content }) => content.worker !== worker).length;',
      'return leased.filter(({ content }) => content.worker !== undefined).length;',
    ],
    'a work that is paused says so': ["paused === true ? 'paused' : 'running'", "'running'"],
    'a work that is finished says so': ["state = finished === all ? 'finished' :", "state = false ? 'finished' :"],
    'what is given back is not leased': [
      'each.finished !== true && each.until > now).length',
      'each.finished !== true).length',
    ],
    'what is finished is not leased': [
      'each.finished !== true && each.until > now).length',
      'each.until > now).length',
    ],
  }),
  ...of('src/work/works.ts', works, {
    'a work of another registry is begun anew': ['board.head.content.registry === registry)', 'true)'],
    'a work that is there is joined': ['if (board !== undefined && board', 'if (false && board'],
    'each run has a name of its own': ['run: randomUUID(),', "run: 'run',"],
    'a work is begun in the place of what was seen': [
      'putWorkRow(gateway, headKey(id), board?.head, head);',
      'putWorkRow(gateway, headKey(id), undefined, head);',
    ],
    'who joins gives limits': ['{ ...board.head.content, ...limited(limits) }', '{ ...board.head.content }'],
    'who joins gives a limit of reads': ['now.maxWcu === maxWcu && now.maxRcu === maxRcu)', 'now.maxWcu === maxWcu)'],
    'who joins gives a limit of writes': ['now.maxWcu === maxWcu && now.maxRcu === maxRcu)', 'now.maxRcu === maxRcu)'],
    'who joins has the head that it wrote': [
      'if (changed !== undefined) return { ...board, head: changed };',
      'return { ...board };',
    ],
    'a work is begun with limits': ['by: workerName(),\n      ...limited(limits),', 'by: workerName(),'],
    'a work ends with its segments': [
      'const keys = [...segments.keys(), ...leftovers.keys()]',
      'const keys = [...leftovers.keys()]',
    ],
    'a work ends with what earlier runs left': [
      'const keys = [...segments.keys(), ...leftovers.keys()]',
      'const keys = [...segments.keys()]',
    ],
    'the head of a work ends last': [
      'const isLast = first + some.length === deletes.length;',
      'const isLast = first === 0;',
    ],
    'a work that was begun anew is not ended': ['condition: unchanged(head) };', `condition: ${ALWAYS} };`],
    'only the run that was seen is ended': [
      'board?.head.content.run === seen.head.content.run;',
      'board !== undefined;',
    ],
    'a work that somebody spoke of meanwhile ends, too': [
      'if (await deleteRows(gateway, board)) return;',
      'if ((await deleteRows(gateway, board)) || true) return;',
    ],
    'a work for something else is not joined': ['assertAbout(gateway.table, board, plan.about);', '', ofJobs],
    'what a work is for is recorded': ['...(about === undefined ? {} : { about }),', '', ofJobs],
    'what was said of a limit stands': ['if (isLimited === true) return board;', ''],
    'a work of many segments ends in several transactions': ['const ACTIONS = 100;', 'const ACTIONS = 1_000;'],
    'a work that is paused stands still': ['({ ...head, paused: true })', '({ ...head })'],
    'a work that is resumed goes on': ['({ paused: _, ...head }) => head', '(head) => head'],
    'a limit of writes that is not named stays': [
      'limits.maxWcu === undefined ? maxWcu :',
      'limits.maxWcu === undefined ? undefined :',
    ],
    'a limit of reads that is not named stays': [
      'limits.maxRcu === undefined ? maxRcu :',
      'limits.maxRcu === undefined ? undefined :',
    ],
    'a limit that is null goes': ['(limits.maxWcu ?? undefined)', '(limits.maxWcu ?? maxWcu)'],
    'who changes a head that another changed tries again': [
      'if (head !== undefined) return progressOf',
      'if (head === undefined) return undefined; else return progressOf',
    ],
  }),
  ...of('src/work/run-work.ts', works, {
    'a worker ends when all is finished': ['if (isFinished(this.board)) return this.#end(true);', ''],
    'a worker ends when its time is over': ['if (this.#isOver()) return this.#end(false);', ''],
    'a worker whose time is over has not finished': [
      'if (this.#isOver()) return this.#end(false);',
      'if (this.#isOver()) return this.#end(true);',
    ],
    'a worker stops with its signal': ['this.options.signal?.throwIfAborted();', ''],
    'no segment of a paused work is begun': [
      'this.#mayGoOn() && (await this.#workOnNext())',
      'await this.#workOnNext()',
    ],
    'no segment is claimed that another works on': ['if (seen !== undefined && !isFree(seen, now)) continue;', ''],
    'a segment that an earlier run left is claimed': [
      'const before = seen ?? this.board.leftovers.get(number);',
      'const before = seen;',
    ],
    'a segment that an earlier run left is begun anew': ['before, seen !== undefined);', 'before, true);'],
    'a segment goes on where its worker was': ['before, seen !== undefined);', 'before, false);'],
    'a segment that another was faster to claim is left': [
      'if (segment === undefined) continue;',
      "if (segment === undefined) throw new Error('taken');",
    ],
    'who is paused stops between two rows': [
      '!this.#isGone && this.board.head.content.paused !== true;',
      '!this.#isGone;',
    ],
    'whose time is over stops between two rows': [' && !(this.#isOver() && segment.rows > 0)', ''],
    'however short its time a worker comes on': ['!(this.#isOver() && segment.rows > 0)', '!this.#isOver()'],
    'whose work was ended stops between two rows': ['return !this.#isGone && this.board', 'return this.board'],
    'a worker hears of what happens to its work': ['if (now - this.#readAt < age) return;', 'return;'],
    'a worker asks every two seconds, not with each page': ['if (now - this.#readAt < age) return;', ''],
    'a work that was begun anew is another': [
      'if (board?.head.content.run !== this.board.head.content.run)',
      'if (board === undefined)',
    ],
    'a worker learns of limits that change': [
      'else this.board = board;\n    this.#learn();',
      'else this.board = board;',
    ],
    'those that begin together see each other': [
      'await (isNew ? this.#look(0) : this.#look());',
      'await this.#look();',
    ],
    'workers share a limit': ['limit === undefined ? undefined : limit / workers;', 'limit;'],
    'who is about to work has a share': ['this.#name, now) + 1;', 'this.#name, now);'],
    'a limit of reads is one of reads': [
      'read: share(maxRcu), write: share(maxWcu)',
      'read: share(maxWcu), write: share(maxRcu)',
    ],
    'a worker waits no longer than its time': ['LOOK_MS.longest, left)', 'LOOK_MS.longest)'],
    'a worker that waits looks every few seconds': ['Math.min(wait, LOOK_MS.longest, left)', 'Math.min(wait, left)'],
    'a worker that waits looks less and less often': ['2 ** this.#waits++', '2 ** 0'],
    'who hears that it was ended has finished': ['finished: true, elsewhere: true', 'finished: false, elsewhere: true'],
    'who hears that it was ended knows no results': ['elsewhere: true, results: []', 'elsewhere: true'],
    'the end is told': ['if (finished) this.options.onProgress?.(progress);', ''],
  }),
  ...of('src/work/segment-worker.ts', works, {
    'a segment is claimed as it was seen': [
      'putWorkRow(gateway, segmentKey(place.id, place.number), seen, content);',
      'putWorkRow(gateway, segmentKey(place.id, place.number), undefined, content);',
    ],
    'what is claimed is leased': ['const until = gateway.serverTime() + LEASE_MS;', 'const until = 0;'],
    'a lease ends': ['const until = gateway.serverTime() + LEASE_MS;', 'const until = 1e15;'],
    'a segment goes on from its checkpoint': ['let { after } = this.held.content;', 'let after: RowKey | undefined;'],
    'a segment goes on with what was kept': ['this.#before.result as Result | undefined,', 'undefined,'],
    'a segment is read as one': ['...(of === 1 ? {} : { segment: { index, of } }),', ''],
    'who may read little reads small pages': ['...(limit === undefined ? {} : { limit }),', ''],
    'rows are worked on before they count as done': [
      'const { done, isOver } = await this.#workOn(rows, pace, following);',
      'await this.#checkpoint(page.last, following);\n        const { done, isOver } = await this.#workOn(rows, pace, following);',
    ],
    'within a page there are checkpoints': ['if (rows.length > 0) await this.#checkpoint(after, following);', ''],
    'no page is read long before its rows are worked on': ['this.#isPassing || rows.length', 'true || rows.length'],
    'who stops before a row gives its segment back': [
      'await pace.take(following))) return this.#rest(after);',
      'await pace.take(following))) return;',
    ],
    'who stops in a page gives its segment back': ['if (isOver) return this.#rest(after);', 'if (isOver) return;'],
    'who stops in a page goes on with the row after': ['rows[done - 1]!)', 'rows[done]!)'],
    'a page that was not worked through is no checkpoint': ['if (isOver) return this.#rest(after);', ''],
    'who stops writes down how far it has come': [
      'if (after === undefined) await this.#giveBack();',
      'if (after !== null) await this.#giveBack();',
    ],
    'who stops before its first row has finished nothing': [
      'if (after === undefined) await this.#giveBack();',
      'if (after === null) await this.#giveBack();',
    ],
    'where a worker stopped anyone may go on': ['...kept, until: 0 }', '...kept }'],
    'who fails gives its segment back': ['await this.#giveBack().catch(() => undefined);', ''],
    'who fails says why': ['await this.#giveBack().catch(() => undefined);', 'await this.#giveBack();'],
    'what is given back is free': ['{ ...this.held.content, until: 0 }', '{ ...this.held.content }'],
    'a page that is not read is no unhandled error': ['page.catch(() => undefined);', ''],
    'a worker keeps to its limits between pages': ['if (!(await pace.take(following))) return this.#rest(after);', ''],
    'a lease is renewed within a page': ['return isDue ? {', 'return isDue && this.rows < 0 ? {'],
    'who hears within a page that it lost the segment ends it': ['!this.#lost && following', 'following'],
    'a lease is renewed long before it ends': ['>= LEASE_MS / 3;', '>= LEASE_MS;'],
    'a lease is not renewed with each beat': ['>= LEASE_MS / 3;', '>= 0;'],
    'one write after the other': ['this.#writing = this.#writing.then(write, write);', 'this.#writing = write();'],
    'who renews is the owner from then on': [
      'until: this.gateway.serverTime() + LEASE_MS } : undefined',
      'until: this.held.content.until } : undefined',
    ],
    'a worker hears within a page what is said': ['});\n    await look();\n', '});\n'],
    'a checkpoint renews the lease': [
      '...this.#before,\n      until: this.gateway.serverTime() + LEASE_MS,',
      '...this.#before,',
    ],
    'the last page finishes a segment': ['after === undefined ? { finished: true }', 'after === undefined ? {}'],
    'a page is done once it was written down': ['{ finished: true } : { after }', '{ finished: true } : {}'],
    'where nothing is kept of a page it is not done': [
      "after === undefined || this.plan.checkpoint === 'page';",
      'true;',
    ],
    'what is kept of each page is kept': [
      "after === undefined || this.plan.checkpoint === 'page';",
      'after === undefined;',
    ],
    'what a segment came to is kept': ['return { result, ...', 'return { ...'],
    'a lease is renewed while what is kept is made': [
      'const kept = keeps ? await this.#kept(after) : {};',
      'const making = keeps ? this.#kept(after) : {};\n    this.#writing = Promise.resolve(making).then(() => undefined);\n    const kept = await making;',
    ],
    'rows of workers before are counted': ['rows: this.#before.rows + this.rows,', 'rows: this.rows,'],
    'reads of workers before are counted': ['read: this.#before.read + load.read', 'read: load.read'],
    'writes of workers before are counted': ['write: this.#before.write + load.write', 'write: load.write'],
    'reads of other segments are not counted': ['load.read - this.#load.read', 'load.read'],
    'writes of other segments are not counted': ['load.write - this.#load.write', 'load.write'],
    'who writes knows the new token': ['else this.held = held;', ''],
  }),
  ...of('src/work/hands.ts', works, {
    'a worker keeps to its limits between rows': ['if (!(await pace.take(going))) ends = true;', ''],
    'the pace follows what each row says': ['pace.worked();', ''],
    'a smaller window counts at once': ['number < pace.window && ', ''],
    'a row that fails ends the segment': ['if (broken !== undefined) throw broken.reason;', ''],
    'a row that fails ends the page': ['ends = true;\n        throw', 'throw'],
    'no row is under way when a page has ended': [
      'await Promise.allSettled(Array.from({ length: Math.min(pace.window, rows.length) }, hand));',
      'await Promise.all(Array.from({ length: Math.min(pace.window, rows.length) }, hand)).then(() => [] as PromiseSettledResult<void>[]);',
    ],
    'a checkpoint is due after so many rows': ['worked < most && ', ''],
    'who stops has not done the rest': ['ends && next < rows.length', 'false'],
  }),
  ...of('src/application/background.ts', ['test/application/background'], {
    'background work promotes what is strict': [
      'if (strict.length === 0 || strict.some(({ verified }) => verified === undefined)) return false;',
      '',
    ],
    'background work verifies before it promotes': [' || strict.some(({ verified }) => verified === undefined)', ''],
    'background work fills before it rests': [' || !isFilling(knowledge);', ' || true;'],
    'a lease is renewed while work goes on': [
      'const renewing = this.#renew(lease, ended.signal, lost);',
      'const renewing = Promise.resolve();',
    ],
    'who lost the lease stops': ['AbortSignal.any([this.#abort.signal, lost.signal])', 'this.#abort.signal'],
    'that another took over is no failure': ['if (!lost.signal.aborted) throw error;', 'throw error;'],
  }),
  ...of('src/work/pace.ts', pace, {
    'reads are limited': [
      'Math.max(read.wait(load.read, now), write.wait(load.write, now))',
      'write.wait(load.write, now)',
    ],
    'writes are limited': [
      'Math.max(read.wait(load.read, now), write.wait(load.write, now))',
      'read.wait(load.read, now)',
    ],
    'the longer wait counts': ['const wait = Math.max(', 'const wait = Math.min('],
    'a wait ends with the signal': ['signal?.aborted === true || ', ''],
    'a wait is a pause that the signal ends': ['SLICE_MS), signal)', 'SLICE_MS))'],
    'a wait ends where it is not to go on': [' || !goesOn()) return false;', ') return false;'],
    'a new limit is heard in a wait': ['Math.min(Math.ceil(wait), SLICE_MS)', 'Math.ceil(wait)'],
    'after a wait it is asked again': [
      'if (signal?.aborted !== true) throw error;\n      });',
      'if (signal?.aborted !== true) throw error;\n      });\n      return true;',
    ],
    'what was consumed before does not count': ['(this.#consumed ?? consumed)', '(this.#consumed ?? 0)'],
    'what was consumed counts once': ['this.#consumed = consumed;', ''],
    'a bucket holds a second': [
      'Math.min(this.#tokens + earned, (BURST_MS / 1_000) * this.rate)',
      'this.#tokens + earned',
    ],
    'what is earned is earned once': [
      'this.#at = now;\n    this.#tokens = Math.min(this.#tokens + earned',
      'this.#tokens = Math.min(this.#tokens + earned',
    ],
    'what is spent is paid': ['* this.rate) - spent;', '* this.rate);'],
    'a worker waits until the bucket holds something': ['this.#tokens >= 0 ? 0 :', 'this.#tokens >= -100 ? 0 :'],
    'half as much at once where requests are throttled': ['retries > 0 || ', ''],
    'half as much at once where writers are met': [' || conflicts > TOLERATED_CONFLICTS', ''],
    'some conflicts are tolerated': ['conflicts > TOLERATED_CONFLICTS', 'conflicts > 0'],
    'a round is of so many rows': ['if (++this.#rows < ROUND) return;', ''],
    'a round begins anew': ['this.#rows = 0;\n    const', 'const'],
    'one row at once is left': ['Math.max(1, this.window >> 1)', 'this.window >> 1'],
    'no more at once than was asked for': ['Math.min(this.concurrency, this.window + 1)', 'this.window + 1'],
    'more at once after each round': ['Math.min(this.concurrency, this.window + 1)', 'this.window'],
    'each round counts by itself': ['this.#before = load;', ''],
    'what was met before the first round does not count': [
      'this.#before = gateway.load();',
      'this.#before = { read: 0, write: 0, retries: 0, conflicts: 0 };',
    ],
  }),
];
