/** Joins the lab's page and the simulator, which runs in a Worker. Loaded only when somebody opens the lab. */
import LabWorker from './lab-worker.ts?worker&inline'
import type { LabApi, LabReport } from './ui/lab/lab-api.ts'

/**
 * The Worker's code stands in this module, so that a new one can be started with no network. Ending it is how an experiment is cancelled:
 * that works at once, wherever it is.
 */
export const lab: LabApi = {
  start(settings, listener) {
    const worker = new LabWorker()
    let isEnded = false
    const end = (): void => {
      isEnded = true
      worker.terminate()
    }
    worker.addEventListener('message', ({ data }: MessageEvent<LabReport>) => {
      if (isEnded) return // was on its way when the run was cancelled
      if (data.state.phase === 'over') end()
      listener.report(data)
    })
    worker.addEventListener('error', ({ message }) => {
      if (isEnded) return
      end()
      listener.failed(message)
    })
    worker.postMessage(settings)
    return { cancel: end }
  },
}
