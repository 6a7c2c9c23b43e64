import { describe, expect, it } from 'vitest'
import { judgeAddress, type AddressKind } from '../../../src/domain/outbound-address.ts'
import { judgeUrl, outboundPorts, urlRefusals } from '../../../src/domain/outbound-url.ts'

describe('an address that a name leads to', () => {
  it.each<[string, AddressKind]>([
    ['8.8.8.8', 'public'],
    ['93.184.216.34', 'public'],
    ['1.0.0.0', 'public'],
    ['9.255.255.255', 'public'],
    ['11.0.0.0', 'public'],
    ['100.63.255.255', 'public'],
    ['100.128.0.0', 'public'],
    ['126.255.255.255', 'public'],
    ['128.0.0.0', 'public'],
    ['172.15.255.255', 'public'],
    ['172.32.0.0', 'public'],
    ['192.0.1.0', 'public'],
    ['198.17.255.255', 'public'],
    ['198.20.0.0', 'public'],
    ['223.255.255.255', 'public'],
    ['2606:2800:220:1:248:1893:25c8:1946', 'public'],
    ['2001:4860:4860::8888', 'public'],
    ['2001:200::1', 'public'],
    ['2A00::1', 'public'],
    ['2003::', 'public'],
    ['2001:1ff::1', 'reserved'],
    ['0.0.0.0', 'unspecified'],
    ['127.255.0.1', 'loopback'],
    ['::1', 'loopback'],
    ['10.1.2.3', 'private'],
    ['172.20.0.1', 'private'],
    ['192.168.255.255', 'private'],
    ['fdab::1', 'private'],
    ['fec0::1', 'private'],
    ['169.254.0.1', 'link_local'],
    ['fe80::1', 'link_local'],
    ['100.64.0.0', 'shared'],
    ['169.254.169.254', 'metadata'],
    ['100.100.100.200', 'metadata'],
    ['168.63.129.16', 'metadata'],
    ['fd00:ec2::254', 'metadata'],
    ['224.0.0.1', 'multicast'],
    ['ff02::1', 'multicast'],
    ['192.0.2.1', 'documentation'],
    ['2001:db8::1', 'documentation'],
    ['3fff:fff::1', 'documentation'],
    ['198.19.255.255', 'benchmarking'],
    ['2001:2::1', 'benchmarking'],
    ['255.255.255.255', 'reserved'],
    ['4000::', 'reserved'],
    ['::ffff:8.8.8.8', 'embedded'],
    ['::8.8.8.8', 'embedded'],
    ['::ffff:0:8.8.8.8', 'embedded'],
    ['64:ff9b::8.8.8.8', 'embedded'],
    ['64:ff9b:1:2:3:4:5:6', 'embedded'],
    ['2002:808:808::1', 'tunnel'],
    ['2001:0:1::1', 'tunnel'],
    ['2001:470::5efe:8.8.8.8', 'tunnel'],
    ['192.88.99.1', 'tunnel'],
  ])('%s is %s', (address, kind) => {
    expect(judgeAddress(address)).toBe(kind)
  })

  it.each([
    '',
    'localhost',
    '127.1',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '256.1.1.1',
    '0x8.8.8.8',
    '134744072',
    '8.8.8.8 ',
    '8.8.8.8\n',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    ':::',
    '::1%eth0',
    '12345::1',
    '1:2:3:4:5:6:7::8',
    '[::1]',
    '::1.2.3',
    '::01.2.3.4',
    'g::1',
  ])('%j is none', (text) => {
    expect(judgeAddress(text)).toBe('malformed')
  })
})

describe('a URL that a tenant has set', () => {
  it.each([
    [
      'https://login.microsoftonline.com/common/discovery/v2.0/keys',
      'login.microsoftonline.com',
      443,
      '/common/discovery/v2.0/keys',
    ],
    ['HTTPS://Login.Example.COM', 'login.example.com', 443, '/'],
    ['https://idp.example:443/a?b=c', 'idp.example', 443, '/a?b=c'],
    ['https://idp.example:8443?x', 'idp.example', 8443, '/?x'],
    ['https://xn--bcher-kva.example/k', 'xn--bcher-kva.example', 443, '/k'],
    ['https://a-1.b-2.example/%20(x)', 'a-1.b-2.example', 443, '/%20(x)'],
  ])('may be %s', (url, host, port, path) => {
    expect(judgeUrl(url, { allowLoopback: false })).toEqual({ secure: true, host, port, path })
  })

  it.each([
    ['http://idp.example/', 'scheme'],
    ['ftp://idp.example/', 'scheme'],
    ['', 'scheme'],
    ['https://idp.example/#x', 'form'],
    ['https://idp.example/ x', 'form'],
    [`https://idp.example/${'x'.repeat(2048)}`, 'form'],
    ['https://b\u00fccher.example/', 'form'],
    ['https://a:b@idp.example/', 'credentials'],
    ['https://idp.example:22/', 'port'],
    ['https://1.1.1.1/', 'address'],
    ['https://[2606:2800::1]/', 'address'],
    ['https://2130706433/', 'address'],
    ['https://0x7f.0.0.0x1/', 'address'],
    ['https://localhost/', 'name'],
    ['https://idp/', 'name'],
    ['https://idp.example./', 'name'],
    ['https://vault.internal/', 'name'],
  ] as const)('may not be %s: %s', (url, why) => {
    expect(judgeUrl(url, { allowLoopback: false })).toBe(why)
    expect(urlRefusals[why]).toMatch(/^must /)
  })

  it('may lead to this machine where that is set, in three spellings, and nowhere else by it', () => {
    const judge = (url: string): unknown => judgeUrl(url, { allowLoopback: true })
    expect(judge('http://127.0.0.1:5005/keys')).toEqual({ secure: false, host: '127.0.0.1', port: 5005, path: '/keys' })
    expect(judge('https://localhost/')).toEqual({ secure: true, host: 'localhost', port: 443, path: '/' })
    expect(judge('http://[::1]/')).toEqual({ secure: false, host: '[::1]', port: 80, path: '/' })
    expect(judge('http://127.0.0.1:99999/')).toBe('port')
    expect(judge('http://127.0.0.2/')).toBe('scheme')
    expect(judge('http://idp.example/')).toBe('scheme')
    expect(judge('https://10.0.0.1/')).toBe('address')
    expect(judge('https://x.localhost/')).toBe('name')
  })

  it('names its ports in what it says', () => {
    for (const port of outboundPorts) expect(urlRefusals.port).toContain(String(port))
  })
})
