# bash completion for netlog; written by tools/completion/make.py
_netlog() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= i
  for ((i = 1; i < COMP_CWORD; ++i)); do
    case ${COMP_WORDS[i]} in
      tail|query|count|top|timeline|show|why|explain|unknown|devices|ledger|stats|context|export|import|replay|check|rebuild) command=${COMP_WORDS[i]}; break ;;
    esac
  done
  case $before in
    --lines|-n) return ;;
    --since) COMPREPLY=($(compgen -W "15m 1h 6h 1d 7d today yesterday" -- "$word")); return ;;
    --until) COMPREPLY=($(compgen -W "now today yesterday" -- "$word")); return ;;
    --stream) COMPREPLY=($(compgen -W "syslog trap flow all" -- "$word")); return ;;
    --device|-d) return ;;
    --source) return ;;
    --site) return ;;
    --role) return ;;
    --vendor) COMPREPLY=($(compgen -W "cisco cisco_ios cisco_iosxr cisco_nxos cisco_asa juniper juniper_junos arista arista_eos" -- "$word")); return ;;
    --severity|-s) COMPREPLY=($(compgen -W "emerg alert crit err warning notice info debug" -- "$word")); return ;;
    --event|-e) COMPREPLY=($(compgen -W "routing_protocol_bgp routing_protocol_ospf routing_protocol_isis routing_protocol_eigrp routing_protocol_other bfd mpls interface_down interface_up interface_error link_aggregation spanning_tree mac_move vlan first_hop_redundancy configuration_change authentication authentication_failure authorization acl firewall_session nat vpn port_security dhcp dot1x hardware_power hardware_fan hardware_temperature hardware_module optics cpu memory process reload redundancy time_sync snmp license neighbor_discovery multicast qos wireless logging other" -- "$word")); return ;;
    --message-id|-m) return ;;
    --text|-t) return ;;
    --parse-status) COMPREPLY=($(compgen -W "parsed partial unparsed" -- "$word")); return ;;
    --format|-o) COMPREPLY=($(compgen -W "table json jsonl csv" -- "$word")); return ;;
    --columns) return ;;
    --limit|-n) return ;;
    --by|-b) COMPREPLY=($(compgen -W "device site role vendor event severity message_id source stream parse_status" -- "$word")); return ;;
    --every) COMPREPLY=($(compgen -W "30s 1m 5m 15m 1h 1d" -- "$word")); return ;;
    --order) COMPREPLY=($(compgen -W "bytes packets flows" -- "$word")); return ;;
    --around) return ;;
    --minutes) return ;;
    --received) return ;;
    --examples) return ;;
    --symptom) return ;;
    --budget) return ;;
    --to) return ;;
    --speed) COMPREPLY=($(compgen -W "1x 10x 100x max" -- "$word")); return ;;
    --port) return ;;
    --config|-c) COMPREPLY=($(compgen -f -- "$word")); return ;;
    --data-dir) COMPREPLY=($(compgen -d -- "$word")); return ;;
  esac
  local shared="--help --version --config --data-dir --json --utc"
  case $command in
    '') COMPREPLY=($(compgen -W "tail query count top timeline show why explain unknown devices ledger stats context export import replay check rebuild $shared" -- "$word")) ;;
    tail) COMPREPLY=($(compgen -W "--follow --lines --since --until --stream --device --source --site --role --vendor --severity --event --message-id --text --parse-status $shared" -- "$word")) ;;
    query) COMPREPLY=($(compgen -W "--format --columns --limit --sql --journal --since --until --stream --device --source --site --role --vendor --severity --event --message-id --text --parse-status $shared" -- "$word")) ;;
    count) COMPREPLY=($(compgen -W "--by --every --limit --journal --since --until --stream --device --source --site --role --vendor --severity --event --message-id --text --parse-status $shared" -- "$word")) ;;
    top) COMPREPLY=($(compgen -W "talkers receivers conversations ports exporters interfaces --order --limit --journal --since --until --stream --device --source --site --role --vendor --severity --event --message-id --text --parse-status $shared" -- "$word")) ;;
    timeline) COMPREPLY=($(compgen -W "--around --minutes --since --until --stream --device --source --site --role --vendor --severity --event --message-id --text --parse-status $shared" -- "$word")) ;;
    show|why) COMPREPLY=($(compgen -W "--stream $shared" -- "$word")) ;;
    explain) COMPREPLY=($(compgen -W "--source --received $shared" -- "$word")) ;;
    unknown) COMPREPLY=($(compgen -W "--limit --examples --journal --since --until --stream --device --source --site --role --vendor --severity --event --message-id --text --parse-status $shared" -- "$word")) ;;
    devices) COMPREPLY=($(compgen -W "--unknown --silent --advice $shared" -- "$word")) ;;
    ledger|stats) COMPREPLY=($(compgen -W "--watch $shared" -- "$word")) ;;
    context) COMPREPLY=($(compgen -W "--symptom --minutes --budget --since --until --stream --device --source --site --role --vendor --severity --event --message-id --text --parse-status $shared" -- "$word")) ;;
    export) if [[ $word == -* ]]; then COMPREPLY=($(compgen -W "--columns --journal --since --until --stream --device --source --site --role --vendor --severity --event --message-id --text --parse-status $shared" -- "$word")); else COMPREPLY=($(compgen -f -- "$word")); fi ;;
    import) if [[ $word == -* ]]; then COMPREPLY=($(compgen -W "--received --source --again $shared" -- "$word")); else COMPREPLY=($(compgen -f -- "$word")); fi ;;
    replay) if [[ $word == -* ]]; then COMPREPLY=($(compgen -W "--to --speed --port --tcp $shared" -- "$word")); else COMPREPLY=($(compgen -f -- "$word")); fi ;;
    check) COMPREPLY=($(compgen -W "--quick --stream $shared" -- "$word")) ;;
    rebuild) COMPREPLY=($(compgen -W " $shared" -- "$word")) ;;
  esac
}
complete -o filenames -F _netlog netlog
