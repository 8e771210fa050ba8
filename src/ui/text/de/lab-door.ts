import type { labDoor as english } from '../en/lab-door.ts'
import type { TextsOf } from '../language.ts'

export const labDoor: TextsOf<typeof english> = {
  loading: 'Das Labor wird geladen…',
  failed: 'Das Labor konnte nicht geladen werden. Ist es einmal geladen, braucht es kein Netz; bis dahin muss dieses Gerät online sein.',
  inVain: 'Der Server dieser Seite ist noch immer nicht erreichbar.',
  again: 'Noch einmal versuchen',
}
