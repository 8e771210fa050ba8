import { catalogue } from '../language.ts'

/** Why a call was refused, by its code. */
const problems: Record<string, string> = {
  'wrong-passphrase': 'This passphrase does not open the backup. Check capital letters and the keyboard’s language.',
  'other-network': 'This key belongs to another network than this page. Open the page of that network and restore it there.',
  'not-a-backup': 'This file is no backup of a key, or it was cut off. Choose the file that “Save backup” made.',
  'newer-backup': 'A newer version of this app made this backup. Reload this page to get it, then try again.',
  'damaged-backup': 'This backup is damaged or was changed. Use another copy of it.',
  'runs-elsewhere': 'Another tab of this browser runs the key of this backup: close that tab, then try again.',
  'already-here': 'This tab runs the key of this backup already: there is nothing to restore.',
  'no-backup':
    'This key was made by the first version of this app, in a form that no browser gives out again. To have one that can be backed up, withdraw your offers, then wipe this key below: the next one can be.',
  storage:
    'This browser did not store or remove everything. Check that it may keep data of this page and that the disk is not full, then reload the page and try again.',
}

export const identity = catalogue('identity', {
  problems,
  key: {
    title: 'Your key',
    lead: 'Who you are in this market is a key that was made in this browser. It signs your offers and receipts, and it never leaves this device unless you save a backup of it.',
    nodeId: 'Node id: what others know you by',
    network: 'Network',
    making: 'The key is being made. It will be shown here.',
    copy: 'Copy node id',
  },
  storage: {
    title: 'Data on this device',
    memoryOnly:
      'This browser keeps nothing for this page: your key, offers and receipts end with this tab. Leave private browsing, or allow the page to store data. A backup of the key can be saved all the same.',
    unknown: 'This browser does not say how much is stored.',
    used: (used: string, quota: string) => `${used} used of the ${quota} that the browser offers to this address`,
    meter: 'Storage used',
    persisted: 'The browser keeps this data until you remove it.',
    notPersisted: 'When space runs short, the browser may remove this data by itself, your key with it.',
    persist: 'Keep my data',
    refused:
      'The browser did not agree; it decides by itself. Bookmark or install this page, or allow notifications, then ask again. A backup helps in any case.',
  },
  backup: {
    title: 'Back up the key',
    lead: 'The backup is a file with your key, encrypted with a passphrase. With both you are the same peer again in any browser. Offers and receipts are not in it.',
    passphrase: 'Passphrase',
    repeat: 'Passphrase again',
    repeatHint: 'Nobody can recover it for you. Keep it apart from the file.',
    save: 'Save backup',
    working: 'Encrypting: this takes some seconds on purpose, so that guessing is slow…',
    saved: (name: string) => `Saved as ${name}. Keep the file where you find it again, and the passphrase in another place.`,
    missing: (least: number) => `Use ${least} characters or more; some words that only you would put together are good.`,
    short: (more: number) => (more === 1 ? 'Still 1 character too short.' : `Still ${more} characters too short.`),
    long: (most: number) => `At most ${most} characters.`,
    differs: 'The two passphrases differ.',
    strengths: {
      weak: 'Weak: whoever has the file may guess it. Make it longer or more varied.',
      fair: 'Fair: guessing it costs a lot. A few more words make it strong.',
      strong: 'Strong, if it is nowhere else in use.',
    },
  },
  restore: {
    title: 'Restore a key',
    lead: 'This tab becomes the peer of the backup. Never run one key in two places at once: brokers would see two words under one name. The key that this tab has now stays in this browser, for another tab.',
    file: 'Backup file',
    fileHint: 'Choose it, or drop it here. It is read on this device only.',
    chosen: (name: string) => `Chosen: ${name}`,
    passphrase: 'Passphrase of the backup',
    passphraseMissing: 'Give the passphrase that the backup was saved with.',
    fileMissing: 'Choose the backup file first.',
    unreadable: 'The file could not be read. Choose it again.',
    restore: 'Restore',
    working: 'Opening: this takes some seconds on purpose…',
    done: (nodeId: string) => `The key of node ${nodeId} is in this browser now. This tab runs it once the page is loaded anew.`,
    reload: 'Load the page and run it',
    offers:
      'Offers that the key had elsewhere are not shown here. A new offer for the same service takes the place of the old one with the brokers.',
  },
  wipe: {
    title: 'Wipe this key',
    lead: 'Removes this tab’s key, its offers and its receipts from this device. Other keys in this browser stay. The page then starts with another one of them, or makes a new one.',
    start: 'Wipe…',
    forever: 'Without a backup the key is lost for good, and its receipts with it.',
    live: (count: number) =>
      count === 1
        ? 'One offer of yours is still live: it stays with the brokers until it expires, and nobody answers for it. Withdraw it first.'
        : `${count} offers of yours are still live: they stay with the brokers until they expire, and nobody answers for them. Withdraw them first.`,
    confirm: (start: string) => `To confirm, type the first characters of the node id: ${start}`,
    wrong: (start: string) => `Type ${start}, exactly so.`,
    wipe: 'Wipe for good',
    cancel: 'Keep it',
    working: 'Removing; the page loads anew…',
  },
})
