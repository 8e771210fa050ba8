/** All checkers of a run. */
import type { Checker, Scene } from './scene.ts'

export const CHECKERS: readonly ((scene: Scene) => Checker)[] = []
