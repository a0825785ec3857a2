/** Lucide's icons that menus are likely to name; the first page brings them along. */
export {
  Activity, Archive, AudioLines, BadgeCheck, Ban, Bell, BookOpen, BookText, BookUser, Bot, Building2, CalendarDays, ChartColumn, ChartLine, ChartPie,
  ClipboardCheck, ClipboardList, Clock, Contact, Database, FileText, FolderTree, GitBranch, Globe, Headset, History, IdCard, KeyRound,
  LayoutDashboard, LayoutGrid, ListChecks, ListTodo, MapPin, Megaphone, MessageSquare, MessagesSquare, Network, Phone, PhoneCall,
  PhoneForwarded, PhoneOff, Plug, Route, ScrollText, Settings, Shield, ShieldBan, ShieldCheck, SlidersHorizontal, Star, Tags, Ticket,
  TrendingUp, User, UserCheck, UserRound, Users, UsersRound, Voicemail, Workflow, Wrench,
} from '@lucide/vue'
