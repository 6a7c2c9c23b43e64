import { changeIf, type ChangedThing, type Conditional } from '../changes/change-if.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { auditKeyInUse, auditStatus } from './audit-status.ts'
import { checkpointAudit } from './checkpoint-audit.ts'
import { erasePersonal } from './erase-personal.ts'
import { exportAudit } from './export-audit.ts'
import { listAudit, listAuditKeys, listCheckpoints } from './find-audit.ts'
import { rotateAuditKey } from './rotate-key.ts'
import { sealAudit } from './seal-audit.ts'

type ConditionOf<T> = [thing: ChangedThing, told: Conditional<T>]

/** The audit log, and what keeps it. */
export function auditVerbs(ports: Ports) {
  return {
    /** Judged by the log, as it knows of each change. */
    changeIf: <T>(op: Operation, ...asked: ConditionOf<T>): Promise<T> => changeIf(ports, op, ...asked),
    sealAudit: sealAudit.bind(undefined, ports),
    checkpointAudit: checkpointAudit.bind(undefined, ports),
    listAudit: listAudit.bind(undefined, ports),
    exportAudit: exportAudit.bind(undefined, ports),
    listCheckpoints: listCheckpoints.bind(undefined, ports),
    listAuditKeys: listAuditKeys.bind(undefined, ports),
    auditStatus: auditStatus.bind(undefined, ports),
    auditKeyInUse: auditKeyInUse.bind(undefined, ports),
    rotateAuditKey: rotateAuditKey.bind(undefined, ports),
    erasePersonal: erasePersonal.bind(undefined, ports),
  }
}
