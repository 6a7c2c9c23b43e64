import type { CompanyPlan } from './model.ts'

/** Invented, like everybody in it. Its IT works with Okta. */
export const brightquay: CompanyPlan = {
  name: 'Brightquay Logistics',
  domain: 'brightquay.example',
  vendor: 'Okta',
  departments: {
    Engineering: {
      title: 'Software Engineer',
      names: `Amara/Okafor, Jonas/Lindqvist, Yuki/Tanaka = 田中 由紀, Saoirse/Ó Briain, Dmitri/Volkov = Дмитрий Волков
        Priya/Raghunathan, Chloé/Lefèvre, Mateo/Fernández Ruiz, Wanjiru/Kamau, Björn/Sjöström, Nguyễn/Thị Mai
        Elif/Yıldız, Kofi/Mensah, Zofia/Wójcik, Rahul/Deshmukh, Ingrid/Ødegård, Min-jun/Park = 박민준, Tomás/Novák
        Aisha/Rahman, Lucía/Peña, Owen/Whitfield, Katarína/Šimková`,
    },
    'Customer Support': {
      title: 'Support Agent',
      names: `Grace/Mwangi, Léa/Dubois, Hiroshi/Nakamura, Fatima/El Amrani, Callum/Ferguson, Beatriz/Conceição
        Noor/Haddad, Ana/Kovačević, Thabo/Nkosi, Sinéad/Byrne, Marta/Zielińska, Ravi/Subramaniam`,
    },
    Finance: {
      title: 'Financial Analyst',
      names: `Isabelle/Moreau, Stefan/Grünwald, Chidinma/Eze, Hannah/Abramson, Luís/Magalhães, Mei/Zhang = 张梅`,
    },
    IT: {
      title: 'Systems Administrator',
      names: `Viktor/Halvorsen, Nadia/Benali, Peter/Achterberg, Sunita/Thapa`,
    },
    Operations: {
      title: 'Operations Planner',
      names: `Gustavo/Araújo, Eleni/Papadopoulou = Ελένη Παπαδοπούλου, Marek/Dvořák, Blessing/Adeyemi, Jack/Tamihana
        Siobhán/Kelly, Arjun/Mehta, Paloma/Iglesias, Oskar/Bergström, Leilani/Kahale`,
    },
    Marketing: {
      title: 'Marketing Manager',
      names: `Camille/Rousseau, Theo/van der Meer, Ngozi/Umeh, Aurora/Ricci, Jūratė/Kazlauskienė, Ben/Ashworth`,
    },
  },
  groups: [
    { name: 'Engineering', department: 'Engineering' },
    { name: 'Customer Support', department: 'Customer Support' },
    { name: 'Finance', department: 'Finance' },
    { name: 'IT Admins', also: ['viktor.halvorsen', 'nadia.benali', 'sunita.thapa'] },
    { name: 'On-call', also: ['yuki.tanaka', 'kofi.mensah', 'aisha.rahman', 'grace.mwangi', 'callum.ferguson'] },
    { name: 'Warehouse Systems', also: ['marek.dvorak', 'arjun.mehta', 'gustavo.araujo'] },
    { name: 'Marketing', department: 'Marketing' },
    { name: 'Contractors' },
  ],
  mappings: [
    { group: 'Engineering', role: 'developer', said: 'before' },
    { group: 'customer support', role: 'support', said: 'before' },
    { group: 'IT Admins', role: 'admin', said: 'before' },
    { group: 'Contractors', role: 'developer', said: 'before' },
    { group: 'Partner Desk', role: 'support', said: 'before' },
    { group: 'Finance', role: 'finance-analyst', said: 'after' },
    { group: 'On-call', role: 'support', said: 'after' },
    { group: 'Warehouse Systems', role: 'developer', said: 'after' },
  ],
  spotlight: ['viktor.halvorsen', 'yuki.tanaka', 'grace.mwangi', 'marek.dvorak', 'camille.rousseau'],
  signsIn: ['viktor.halvorsen', 'yuki.tanaka', 'jonas.lindqvist', 'mei.zhang', 'camille.rousseau', 'thabo.nkosi'],
}

/** Invented too. Its IT works with Entra ID. */
export const alderway: CompanyPlan = {
  name: 'Alderway Health',
  domain: 'alderway.example',
  vendor: 'Entra',
  departments: {
    'Platform Engineering': {
      title: 'Platform Engineer',
      names: `Sebastián/Quiroga, Anneli/Virtanen, Tariq/Aziz, Hye-jin/Kim = 김혜진, Rosalind/Achebe, Łukasz/Kamiński
        Deepika/Nair, Émile/Gagnon, Fenna/de Wit, Kwame/Boateng, Milena/Jovanović, Haruto/Saitō = 斎藤 陽翔
        Caoimhe/Doyle, Zeynep/Çelik, Andrei/Popescu, Marisol/Núñez, Finlay/Rutherford, Olena/Shevchenko = Олена Шевченко`,
    },
    'Patient Support': {
      title: 'Patient Support Specialist',
      names: `Adaeze/Nwosu, Mikkel/Sørensen, Parisa/Karimi, Joaquim/Ferreira, Wei/Lin = 林薇, Agnieszka/Lewandowska
        Samuel/Otieno, Giulia/Esposito, Rania/Khoury, Tane/Parata, Solveig/Haugen, Devon/Clarke, Ioana/Marin
        Yasmin/Siddiqui, Bjarki/Þórsson, Colette/Bernard`,
    },
    Finance: {
      title: 'Billing Analyst',
      names: `Margarethe/Weiß, Oluwaseun/Balogun, Niamh/Gallagher, Rohan/Iyer, Celeste/Fontaine, Ivo/Petrov, Hana/Suzuki`,
    },
    'IT Operations': {
      title: 'IT Administrator',
      names: `Dagný/Einarsdóttir, Omar/Farouk, Petra/Hořáková, Winston/Grant, Lakshmi/Venkataraman`,
    },
    'Clinical Operations': {
      title: 'Clinical Coordinator',
      names: `Astrid/Nyström, Emeka/Obi, Renata/Carvalho, Hamza/Idrissi, Linh/Phạm, Gwendolyn/Hughes
        Teodoro/Salazar, Kaisa/Mäkelä, Nikhil/Banerjee, Sofía/Albarracín`,
    },
    'People and Culture': {
      title: 'People Partner',
      names: `Beatrix/Oosterhuis, Malik/Johnson, Inés/Villanueva, Róisín/Maguire`,
    },
  },
  groups: [
    { name: 'App Developers', department: 'Platform Engineering' },
    { name: 'Service Desk', department: 'Patient Support' },
    { name: 'Finance & Billing', department: 'Finance' },
    { name: 'Tenant Admins', also: ['dagny.einarsdottir', 'omar.farouk'] },
    { name: 'Release Managers', also: ['fenna.dewit', 'kwame.boateng', 'winston.grant'] },
    { name: 'Clinical Operations', department: 'Clinical Operations' },
    { name: 'Auditors' },
    { name: 'Leadership', also: ['margarethe.weiss', 'beatrix.oosterhuis', 'astrid.nystrom'] },
  ],
  mappings: [
    { group: 'App Developers', role: 'developer', said: 'before' },
    { group: 'Auditors', role: 'finance-analyst', said: 'before' },
    { group: 'Service Desk', role: 'support', said: 'after' },
    { group: 'Finance & Billing', role: 'finance-analyst', said: 'after' },
    { group: 'Tenant Admins', role: 'admin', said: 'after' },
    { group: 'Release Managers', role: 'developer', said: 'after' },
  ],
  spotlight: ['dagny.einarsdottir', 'fenna.dewit', 'winston.grant', 'emeka.obi'],
  signsIn: ['dagny.einarsdottir', 'fenna.dewit', 'rohan.iyer', 'parisa.karimi', 'ioana.marin', 'wei.lin'],
}
