/** What a caller of `window.peermart` gave, made fit for the core. */
import { serviceFromLinkText } from '../market/service.ts'
import type { Command } from '../trader/command.ts'
import { ApiError } from './api-error.ts'
import { MAX_LINK_CHARACTERS, otherNetworkWords, readLink } from './invite.ts'

/** Lists up to this length are copied; tags, the only list, may be 64 before they are refused by their number. */
const MAX_COPIED = 64

/** The argument as it is at the call, as plain data: nothing that changes later, or throws when it is read, gets into the core. */
export function plainCopy(value: unknown, field: string): unknown {
  try {
    return copyOf(value)
  } catch {
    throw new ApiError({ code: 'invalid-argument', field, message: `The ${field} cannot be read: give a plain object.` })
  }
}

function copyOf(value: unknown): unknown {
  // A list that is too long goes on as it is, for the core to refuse unread.
  if (Array.isArray(value)) return value.length > MAX_COPIED ? value : value.map(copyOf)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, copyOf(part)]))
}

/** What to open: the parameters come from the link when it has them. Wrong parts go on as they are, for the core to refuse. */
export function openCommand(serviceIdOrLink: unknown, network: string): Command {
  if (typeof serviceIdOrLink !== 'string' || serviceIdOrLink.length > MAX_LINK_CHARACTERS)
    return { type: 'openService', serviceId: serviceIdOrLink }
  const text = serviceIdOrLink.trim()
  const link = readLink(text)
  if (link === null) return { type: 'openService', serviceId: text.toLowerCase() }
  const { serviceId, parameters } = link
  if (serviceId === null) throw wrongLink('This link invites to a market and opens no service: open it in the address bar.')
  if (link.network !== null && link.network !== network) throw wrongLink(otherNetworkWords(link.network, network))
  const service = parameters === null ? undefined : serviceFromLinkText(parameters)
  if (link.damaged || (parameters !== null && service === undefined)) throw wrongLink('This link is damaged: copy it whole and try again.')
  return service === undefined ? { type: 'openService', serviceId } : { type: 'openService', serviceId, service }
}

function wrongLink(message: string): ApiError {
  return new ApiError({ code: 'invalid-argument', field: 'link', message })
}
