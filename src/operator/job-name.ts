const PREFIX = 'job-';

/** What a job is called among the works. */
export const jobId = (name: string): string => `${PREFIX}${name}`;

/** The name of the job that a work is. */
export const jobNameOf = (id: string): string => id.slice(PREFIX.length);
