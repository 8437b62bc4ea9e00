// Made from the SDK's own type definitions by `npm run definitions -w emulator`: do not edit.
// One type a line: its fields, "?" where a field may be left out, "|null" where the API may answer null.
export const sdkDefinitions = `
AddressTemplateSpecification AddressId?:string AddressGroupId?:string
AssumeRoleWithWebIdentityRequest ProviderId:string WebIdentityToken:string RoleArn:string RoleSessionName:string DurationSeconds?:integer
AssumeRoleWithWebIdentityResponse ExpiredTime?:integer Expiration?:string Credentials?:Credentials RequestId?:string
AutoRewriteRequest LoadBalancerId:string ListenerId:string Domains?:string[] RewriteCodes?:integer[] TakeUrls?:boolean[]
AutoRewriteResponse RequestId?:string
AvailableZoneAffinityInfo Enable?:boolean ExitRatio?:integer|null ReentryRatio?:integer|null
Backend Type?:string InstanceId?:string Port?:integer Weight?:integer PublicIpAddresses?:string[]|null PrivateIpAddresses?:string[] InstanceName?:string|null RegisteredTime?:string EniId?:string|null Tag?:string Zone?:string|null
BasicTargetGroupInfo TargetGroupId?:string TargetGroupName?:string Weight?:integer
BatchDeregisterTargetsRequest LoadBalancerId:string Targets:BatchTarget[]
BatchDeregisterTargetsResponse FailListenerIdSet?:string[] Message?:string RequestId?:string
BatchModifyTargetTagRequest LoadBalancerId:string ModifyList:RsTagRule[]
BatchModifyTargetTagResponse RequestId?:string
BatchModifyTargetWeightRequest LoadBalancerId:string ModifyList:RsWeightRule[]
BatchModifyTargetWeightResponse RequestId?:string
BatchRegisterTargetsRequest LoadBalancerId:string Targets:BatchTarget[]
BatchRegisterTargetsResponse FailListenerIdSet?:string[] Message?:string RequestId?:string
BatchTarget ListenerId:string Port:integer InstanceId?:string EniIp?:string Weight?:integer LocationId?:string Tag?:string
CertIdRelatedWithLoadBalancers CertId?:string LoadBalancers?:LoadBalancer[]
CertInfo CertId?:string CertName?:string CertContent?:string CertKey?:string
CertificateExtra DomainNumber?:string OriginCertificateId?:string|null ReplacedBy?:string|null ReplacedFor?:string|null RenewOrder?:string|null SMCert?:integer CompanyType?:integer ServiceRenewCertificateId?:string ServiceOriginCertificateId?:string
CertificateInput SSLMode?:string SSLVerifyClient?:string CertId?:string CertCaId?:string CertName?:string CertKey?:string CertContent?:string CertCaName?:string CertCaContent?:string
CertificateOutput SSLMode?:string SSLVerifyClient?:string CertId?:string CertCaId?:string ExtCertIds?:string[]
Certificates OwnerUin?:string ProjectId?:string From?:string PackageType?:string CertificateType?:string ProductZhName?:string Domain?:string Alias?:string Status?:integer CertificateExtra?:CertificateExtra VulnerabilityStatus?:string StatusMsg?:string VerifyType?:string CertBeginTime?:string CertEndTime?:string ValidityPeriod?:string InsertTime?:string CertificateId?:string SubjectAltName?:string[] PackageTypeName?:string StatusName?:string IsVip?:boolean IsDv?:boolean IsWildcard?:boolean IsVulnerability?:boolean RenewAble?:boolean ProjectInfo?:ProjectInfo BoundResource?:string[] Deployable?:boolean Tags?:Tags[] IsIgnore?:boolean IsSM?:boolean EncryptAlgorithm?:string CAEncryptAlgorithms?:string[] CAEndTimes?:string[] CACommonNames?:string[] PreAuditInfo?:PreAuditInfo AutoRenewFlag?:integer HostingStatus?:integer HostingCompleteTime?:string HostingRenewCertId?:string HasRenewOrder?:string ReplaceOriCertIsDelete?:boolean IsExpiring?:boolean DVAuthDeadline?:string ValidationPassedTime?:string CertSANs?:string[] AwaitingValidationMsg?:string AllowDownload?:boolean IsDNSPODResolve?:boolean IsPackage?:boolean KeyPasswordCustomFlag?:boolean SupportDownloadType?:SupportDownloadType CertRevokedTime?:string HostingResourceTypes?:string[] HostingConfig?:HostingConfig|null IsHostingUploadRenewCert?:boolean ServiceId?:string ServiceStatus?:string CertServiceBeginTime?:string CertServiceEndTime?:string CertServiceShareEnabled?:boolean CertServiceValidCertificateCount?:integer
CloneLoadBalancerRequest LoadBalancerId:string LoadBalancerName?:string ProjectId?:integer MasterZoneId?:string SlaveZoneId?:string ZoneId?:string InternetAccessible?:InternetAccessible VipIsp?:string Vip?:string Tags?:TagInfo[] ExclusiveCluster?:ExclusiveCluster BandwidthPackageId?:string SnatPro?:boolean SnatIps?:SnatIp[] ClusterIds?:string[] SlaType?:string ClusterTag?:string Zones?:string[] EipAddressId?:string
CloneLoadBalancerResponse RequestId?:string
ClusterItem ClusterId:string ClusterName?:string Zone?:string|null
CreateListenerRequest LoadBalancerId:string Ports:integer[] Protocol:string ListenerNames?:string[] HealthCheck?:HealthCheck Certificate?:CertificateInput SessionExpireTime?:integer Scheduler?:string SniSwitch?:integer TargetType?:string SessionType?:string KeepaliveEnable?:integer EndPort?:integer DeregisterTargetRst?:boolean MultiCertInfo?:MultiCertInfo MaxConn?:integer MaxCps?:integer IdleConnectTimeout?:integer ProxyProtocol?:boolean SnatEnable?:boolean FullEndPorts?:integer[] H2cSwitch?:boolean SslCloseSwitch?:boolean DataCompressMode?:string RescheduleTargetZeroWeight?:boolean RescheduleUnhealthy?:boolean RescheduleExpandTarget?:boolean RescheduleStartTime?:integer RescheduleInterval?:integer
CreateListenerResponse ListenerIds?:string[] RequestId?:string
CreateLoadBalancerRequest LoadBalancerType:string Forward?:integer LoadBalancerName?:string VpcId?:string SubnetId?:string ProjectId?:integer AddressIPVersion?:string Number?:integer MasterZoneId?:string ZoneId?:string InternetAccessible?:InternetAccessible VipIsp?:string Tags?:TagInfo[] Vip?:string BandwidthPackageId?:string ExclusiveCluster?:ExclusiveCluster SlaType?:string ClusterIds?:string[] ClientToken?:string SnatPro?:boolean SnatIps?:SnatIp[] ClusterTag?:string SlaveZoneId?:string EipAddressId?:string LoadBalancerPassToTarget?:boolean DynamicVip?:boolean Egress?:string LBChargePrepaid?:LBChargePrepaid LBChargeType?:string AccessLogTopicId?:string AdvancedRoute?:boolean AvailableZoneAffinityInfo?:AvailableZoneAffinityInfo
CreateLoadBalancerResponse LoadBalancerIds?:string[]|null DealName?:string|null RequestId?:string
CreateLoadBalancerSnatIpsRequest LoadBalancerId:string SnatIps:SnatIp[] Number?:integer
CreateLoadBalancerSnatIpsResponse RequestId?:string
CreateRuleRequest LoadBalancerId:string ListenerId:string Rules:RuleInput[]
CreateRuleResponse LocationIds?:string[] RequestId?:string
CreateSecurityGroupWithPoliciesRequest GroupName:string GroupDescription:string ProjectId?:string SecurityGroupPolicySet?:SecurityGroupPolicySet Tags?:Tag[]
CreateSecurityGroupWithPoliciesResponse SecurityGroup?:SecurityGroup RequestId?:string
Credentials Token?:string TmpSecretId?:string TmpSecretKey?:string
DeleteCertificateRequest CertificateId:string IsCheckResource?:boolean
DeleteCertificateResponse DeleteResult?:boolean TaskId?:string|null RequestId?:string
DeleteListenerRequest LoadBalancerId:string ListenerId:string
DeleteListenerResponse RequestId?:string
DeleteLoadBalancerListenersRequest LoadBalancerId:string ListenerIds?:string[]
DeleteLoadBalancerListenersResponse RequestId?:string
DeleteLoadBalancerRequest LoadBalancerIds:string[] ForceDelete?:boolean
DeleteLoadBalancerResponse RequestId?:string
DeleteLoadBalancerSnatIpsRequest LoadBalancerId:string Ips:string[]
DeleteLoadBalancerSnatIpsResponse RequestId?:string
DeleteRewriteRequest LoadBalancerId:string SourceListenerId:string TargetListenerId:string RewriteInfos:RewriteLocationMap[]
DeleteRewriteResponse RequestId?:string
DeleteRuleRequest LoadBalancerId:string ListenerId:string LocationIds?:string[] Domain?:string Url?:string NewDefaultServerDomain?:string
DeleteRuleResponse RequestId?:string
DeleteSecurityGroupRequest SecurityGroupId:string
DeleteSecurityGroupResponse RequestId?:string
DeregisterTargetsRequest LoadBalancerId:string ListenerId:string Targets:Target[] LocationId?:string Domain?:string Url?:string
DeregisterTargetsResponse RequestId?:string
DescribeAsyncJobsRequest RequestIds?:string[] NextToken?:string MaxResults?:integer
DescribeAsyncJobsResponse Jobs?:Job[] NextToken?:string MaxResults?:integer TotalCount?:integer RequestId?:string
DescribeCertificatesRequest Offset?:integer Limit?:integer SearchKey?:string CertificateType?:string ProjectId?:integer ExpirationSort?:string CertificateStatus?:integer[] Deployable?:integer Upload?:integer Renew?:integer FilterSource?:string IsSM?:integer FilterExpiring?:integer Hostable?:integer Tags?:Tags[] IsPendingIssue?:integer CertIds?:string[] ServiceId?:string
DescribeCertificatesResponse TotalCount?:integer Certificates?:Certificates[] RequestId?:string
DescribeIdleLoadBalancersRequest Offset?:integer Limit?:integer LoadBalancerRegion?:string
DescribeIdleLoadBalancersResponse IdleLoadBalancers?:IdleLoadBalancer[] TotalCount?:integer RequestId?:string
DescribeLBListenersRequest Backends:LbRsItem[]
DescribeLBListenersResponse LoadBalancers:LBItem[] RequestId?:string
DescribeLBOperateProtectRequest LoadBalancerIds:string[]
DescribeLBOperateProtectResponse LoadBalancerSet:LBOperateProtectInfo[] RequestId?:string
DescribeListenersRequest LoadBalancerId:string ListenerIds?:string[] Protocol?:string Port?:integer
DescribeListenersResponse Listeners?:Listener[] TotalCount?:integer RequestId?:string
DescribeLoadBalancerListByCertIdRequest CertIds:string[]
DescribeLoadBalancerListByCertIdResponse CertSet?:CertIdRelatedWithLoadBalancers[] RequestId?:string
DescribeLoadBalancerOverviewRequest
DescribeLoadBalancerOverviewResponse TotalCount?:integer RunningCount?:integer IsolationCount?:integer WillExpireCount?:integer RequestId?:string
DescribeLoadBalancersDetailRequest Limit?:integer Offset?:integer Fields?:string[] TargetType?:string Filters?:Filter[]
DescribeLoadBalancersDetailResponse TotalCount?:integer LoadBalancerDetailSet?:LoadBalancerDetail[] RequestId?:string
DescribeLoadBalancersRequest LoadBalancerIds?:string[] LoadBalancerType?:string Forward?:integer LoadBalancerName?:string Domain?:string LoadBalancerVips?:string[] BackendPublicIps?:string[] BackendPrivateIps?:string[] Offset?:integer Limit?:integer OrderBy?:string OrderType?:integer SearchKey?:string ProjectId?:integer WithRs?:integer VpcId?:string SecurityGroup?:string MasterZone?:string Filters?:Filter[] AdditionalFields?:string[]
DescribeLoadBalancersResponse TotalCount?:integer LoadBalancerSet?:LoadBalancer[] RequestId?:string
DescribeQuotaRequest
DescribeQuotaResponse QuotaSet?:Quota[] RequestId?:string
DescribeRewriteRequest LoadBalancerId:string SourceListenerIds?:string[] SourceLocationIds?:string[]
DescribeRewriteResponse RewriteSet?:RuleOutput[] RequestId?:string
DescribeSecurityGroupPoliciesRequest SecurityGroupId:string Filters?:Filter[]
DescribeSecurityGroupPoliciesResponse SecurityGroupPolicySet?:SecurityGroupPolicySet RequestId?:string
DescribeSecurityGroupsRequest SecurityGroupIds?:string[] Filters?:Filter[] Offset?:string Limit?:string OrderField?:string OrderDirection?:string
DescribeSecurityGroupsResponse SecurityGroupSet?:SecurityGroup[] TotalCount?:integer RequestId?:string
DescribeTargetHealthRequest LoadBalancerIds:string[] ListenerIds?:string[] LocationIds?:string[]
DescribeTargetHealthResponse LoadBalancers?:LoadBalancerHealth[] RequestId?:string
DescribeTargetsRequest LoadBalancerId:string ListenerIds?:string[] Protocol?:string Port?:integer Filters?:Filter[]
DescribeTargetsResponse Listeners?:ListenerBackend[] RequestId?:string
DescribeTaskStatusRequest TaskId?:string DealName?:string
DescribeTaskStatusResponse Status?:integer LoadBalancerIds?:string[]|null Message?:string|null RequestId?:string
ExclusiveCluster L4Clusters?:ClusterItem[]|null L7Clusters?:ClusterItem[]|null ClassicalCluster?:ClusterItem|null
ExtraInfo ZhiTong?:boolean TgwGroupName?:string
Filter Name:string Values:string[]
FunctionInfo FunctionNamespace:string FunctionName:string FunctionQualifier:string FunctionQualifierType?:string|null
FunctionTarget Function:FunctionInfo Weight?:integer
HealthCheck HealthSwitch?:integer TimeOut?:integer IntervalTime?:integer HealthNum?:integer UnHealthNum?:integer HttpCode?:integer|null HttpCheckPath?:string|null HttpCheckDomain?:string|null HttpCheckMethod?:string|null CheckPort?:integer|null ContextType?:string|null SendContext?:string|null RecvContext?:string|null CheckType?:string HttpVersion?:string|null SourceIpType?:integer ExtendedCode?:string|null
HostingConfig ReplaceTime?:integer MessageTypes?:integer[] ReplaceStartTime?:string ReplaceEndTime?:string
IdleLoadBalancer LoadBalancerId?:string LoadBalancerName?:string Region?:string Vip?:string IdleReason?:string Status?:integer Forward?:integer Domain?:string
InternetAccessible InternetChargeType?:string InternetMaxBandwidthOut?:integer BandwidthpkgSubType?:string|null
Job ApiName?:string RequestId?:string Status?:string ResourceIds?:string[]
LBChargePrepaid RenewFlag?:string Period?:integer
LBItem LoadBalancerId?:string Vip?:string Listeners?:ListenerItem[] Region?:string
LBOperateProtectInfo LoadBalancerId:string ProtectState:boolean OperatorUin:string|null Description:string|null ModifyTime:string|null
LbRsItem VpcId:string PrivateIp:string
LbRsTargets Type?:string PrivateIp?:string Port?:integer VpcId?:integer Weight?:integer
Listener ListenerId?:string Protocol?:string Port?:integer Certificate?:CertificateOutput|null HealthCheck?:HealthCheck|null Scheduler?:string|null SessionExpireTime?:integer|null SniSwitch?:integer Rules?:RuleOutput[]|null ListenerName?:string CreateTime?:string EndPort?:integer TargetType?:string|null TargetGroup?:BasicTargetGroupInfo|null SessionType?:string KeepaliveEnable?:integer|null Toa?:boolean DeregisterTargetRst?:boolean AttrFlags?:string[] TargetGroupList?:BasicTargetGroupInfo[]|null MaxConn?:integer MaxCps?:integer IdleConnectTimeout?:integer|null RescheduleInterval?:integer DataCompressMode?:string RescheduleStartTime?:integer
ListenerBackend ListenerId?:string Protocol?:string Port?:integer Rules?:RuleTargets[] Targets?:Backend[] EndPort?:integer
ListenerHealth ListenerId?:string ListenerName?:string Protocol?:string Port?:integer Rules?:RuleHealth[]
ListenerItem ListenerId?:string Protocol?:string Port?:integer Rules?:RulesItems[]|null Targets?:LbRsTargets[]|null EndPort?:integer
LoadBalancer LoadBalancerId?:string LoadBalancerName?:string LoadBalancerType?:string Forward?:integer Domain?:string LoadBalancerVips?:string[] Status?:integer CreateTime?:string StatusTime?:string ProjectId?:integer VpcId?:string OpenBgp?:integer Snat?:boolean Isolation?:integer Log?:string|null SubnetId?:string Tags?:TagInfo[] SecureGroups?:string[] TargetRegionInfo?:TargetRegionInfo AnycastZone?:string AddressIPVersion?:string NumericalVpcId?:integer VipIsp?:string|null MasterZone?:ZoneInfo|null BackupZoneSet?:ZoneInfo[]|null IsolatedTime?:string|null ExpireTime?:string|null ChargeType?:string|null NetworkAttributes?:InternetAccessible|null PrepaidAttributes?:LBChargePrepaid|null LogSetId?:string LogTopicId?:string AddressIPv6?:string|null ExtraInfo?:ExtraInfo|null IsDDos?:boolean ConfigId?:string LoadBalancerPassToTarget?:boolean ExclusiveCluster?:ExclusiveCluster IPv6Mode?:string|null SnatPro?:boolean SnatIps?:SnatIp[] SlaType?:string IsBlock?:boolean IsBlockTime?:string LocalBgp?:boolean ClusterTag?:string|null MixIpTarget?:boolean Zones?:string[]|null NfvInfo?:string|null HealthLogSetId?:string HealthLogTopicId?:string ClusterIds?:string[]|null AttributeFlags?:string[] LoadBalancerDomain?:string Egress?:string Exclusive?:integer|null TargetCount?:integer AssociateEndpoint?:string AvailableZoneAffinityInfo?:AvailableZoneAffinityInfo
LoadBalancerDetail LoadBalancerId?:string LoadBalancerName?:string LoadBalancerType?:string|null Status?:integer|null Address?:string|null AddressIPv6?:string|null AddressIPVersion?:string|null IPv6Mode?:string|null Zone?:string|null AddressIsp?:string|null VpcId?:string|null ProjectId?:integer|null CreateTime?:string|null ChargeType?:string|null NetworkAttributes?:InternetAccessible|null PrepaidAttributes?:LBChargePrepaid|null ExtraInfo?:ExtraInfo|null ConfigId?:string|null Tags?:TagInfo[]|null ListenerId?:string|null Protocol?:string|null Port?:integer|null LocationId?:string|null Domain?:string|null Url?:string|null TargetId?:string|null TargetAddress?:string|null TargetPort?:integer|null TargetWeight?:integer|null Isolation?:integer|null SecurityGroup?:string[]|null LoadBalancerPassToTarget?:integer|null TargetHealth?:string|null Domains?:string|null SlaveZone?:string[]|null Zones?:string[]|null SniSwitch?:integer|null LoadBalancerDomain?:string Egress?:string AttributeFlags?:string[]|null SlaType?:string|null Exclusive?:integer|null AvailableZoneAffinityInfo?:AvailableZoneAffinityInfo|null
LoadBalancerHealth LoadBalancerId?:string LoadBalancerName?:string Listeners?:ListenerHealth[]
ManualRewriteRequest LoadBalancerId:string SourceListenerId:string TargetListenerId:string RewriteInfos:RewriteLocationMap[]
ManualRewriteResponse RequestId?:string
ModifyDomainAttributesRequest LoadBalancerId:string ListenerId:string Domain:string NewDomain?:string Certificate?:CertificateInput Http2?:boolean DefaultServer?:boolean Quic?:boolean NewDefaultServerDomain?:string NewDomains?:string[] MultiCertInfo?:MultiCertInfo
ModifyDomainAttributesResponse RequestId?:string
ModifyDomainRequest LoadBalancerId:string ListenerId:string Domain:string NewDomain:string
ModifyDomainResponse RequestId?:string
ModifyListenerRequest LoadBalancerId:string ListenerId:string ListenerName?:string SessionExpireTime?:integer HealthCheck?:HealthCheck Certificate?:CertificateInput Scheduler?:string SniSwitch?:integer TargetType?:string KeepaliveEnable?:integer DeregisterTargetRst?:boolean SessionType?:string MultiCertInfo?:MultiCertInfo MaxConn?:integer MaxCps?:integer IdleConnectTimeout?:integer ProxyProtocol?:boolean SnatEnable?:boolean DataCompressMode?:string RescheduleTargetZeroWeight?:boolean RescheduleUnhealthy?:boolean RescheduleExpandTarget?:boolean RescheduleStartTime?:integer RescheduleInterval?:integer
ModifyListenerResponse RequestId?:string
ModifyLoadBalancerAttributesRequest LoadBalancerId:string LoadBalancerName?:string TargetRegionInfo?:TargetRegionInfo InternetChargeInfo?:InternetAccessible LoadBalancerPassToTarget?:boolean SwitchFlag?:integer SnatPro?:boolean DeleteProtect?:boolean ModifyClassicDomain?:boolean AssociateEndpoint?:string
ModifyLoadBalancerAttributesResponse DealName?:string|null RequestId?:string
ModifyLoadBalancerMixIpTargetRequest LoadBalancerIds:string[] MixIpTarget:boolean
ModifyLoadBalancerMixIpTargetResponse RequestId?:string
ModifyLoadBalancerSlaRequest LoadBalancerSla:SlaUpdateParam[] Force?:boolean
ModifyLoadBalancerSlaResponse DealName?:string RequestId?:string
ModifyLoadBalancersProjectRequest LoadBalancerIds:string[] ProjectId:integer
ModifyLoadBalancersProjectResponse RequestId?:string
ModifyRuleRequest LoadBalancerId:string ListenerId:string LocationId:string Url?:string HealthCheck?:HealthCheck Scheduler?:string SessionExpireTime?:integer ForwardType?:string TrpcCallee?:string TrpcFunc?:string OAuth?:OAuth CookieName?:string
ModifyRuleResponse RequestId?:string
ModifySecurityGroupPoliciesRequest SecurityGroupId:string SecurityGroupPolicySet:SecurityGroupPolicySet SortPolicys?:boolean
ModifySecurityGroupPoliciesResponse RequestId?:string
ModifyTargetPortRequest LoadBalancerId:string ListenerId:string Targets:Target[] NewPort:integer LocationId?:string Domain?:string Url?:string
ModifyTargetPortResponse RequestId?:string
ModifyTargetWeightRequest LoadBalancerId:string ListenerId:string Targets:Target[] LocationId?:string Domain?:string Url?:string Weight?:integer
ModifyTargetWeightResponse RequestId?:string
MultiCertInfo SSLMode:string CertList:CertInfo[] SSLVerifyClient?:string
OAuth OAuthEnable?:boolean OAuthFailureStatus?:string
PolicyStatistics IngressIPv4TotalCount:integer IngressIPv6TotalCount:integer EgressIPv4TotalCount:integer EgressIPv6TotalCount:integer
PreAuditInfo TotalPeriod?:integer NowPeriod?:integer ManagerId?:string
ProjectInfo ProjectName?:string ProjectCreatorUin?:integer ProjectCreateTime?:string ProjectResume?:string OwnerUin?:integer ProjectId?:string
Quota QuotaId?:string QuotaCurrent?:integer|null QuotaLimit?:integer
RegisterTargetsRequest LoadBalancerId:string ListenerId:string Targets:Target[] LocationId?:string Domain?:string Url?:string
RegisterTargetsResponse RequestId?:string
ReplaceCertForLoadBalancersRequest OldCertificateId:string Certificate:CertificateInput
ReplaceCertForLoadBalancersResponse RequestId?:string
RewriteLocationMap SourceLocationId:string TargetLocationId:string RewriteCode?:integer TakeUrl?:boolean SourceDomain?:string
RewriteTarget TargetListenerId?:string|null TargetLocationId?:string|null RewriteCode?:integer TakeUrl?:boolean RewriteType?:string
RsTagRule ListenerId:string Targets:Target[] LocationId?:string Tag?:string
RsWeightRule ListenerId:string Targets:Target[] LocationId?:string Domain?:string Url?:string Weight?:integer
RuleHealth LocationId?:string Domain?:string|null Url?:string|null RuleId?:string Targets?:TargetHealth[]
RuleInput Url:string Domain?:string SessionExpireTime?:integer HealthCheck?:HealthCheck Certificate?:CertificateInput Scheduler?:string ForwardType?:string DefaultServer?:boolean Http2?:boolean TargetType?:string TrpcCallee?:string TrpcFunc?:string Quic?:boolean Domains?:string[] MultiCertInfo?:MultiCertInfo CookieName?:string
RuleOutput LocationId?:string Domain?:string Url?:string SessionExpireTime?:integer HealthCheck?:HealthCheck Certificate?:CertificateOutput|null Scheduler?:string ListenerId?:string RewriteTarget?:RewriteTarget HttpGzip?:boolean BeAutoCreated?:boolean DefaultServer?:boolean Http2?:boolean ForwardType?:string CreateTime?:string TargetType?:string TargetGroup?:BasicTargetGroupInfo|null WafDomainId?:string TrpcCallee?:string TrpcFunc?:string QuicStatus?:string Domains?:string[] TargetGroupList?:BasicTargetGroupInfo[]|null OAuth?:OAuth CookieName?:string
RuleTargets LocationId?:string Domain?:string Url?:string Targets?:Backend[] FunctionTargets?:FunctionTarget[]
RulesItems LocationId?:string Domain?:string Url?:string Targets?:LbRsTargets[]
SecurityGroup SecurityGroupId:string SecurityGroupName:string SecurityGroupDesc:string ProjectId?:string IsDefault?:boolean CreatedTime?:string TagSet?:Tag[] UpdateTime?:string
SecurityGroupPolicy PolicyIndex?:integer Protocol?:string Port?:string ServiceTemplate?:ServiceTemplateSpecification CidrBlock?:string Ipv6CidrBlock?:string SecurityGroupId?:string AddressTemplate?:AddressTemplateSpecification Action?:string PolicyDescription?:string ModifyTime?:string Priority?:integer
SecurityGroupPolicySet Version?:string Egress?:SecurityGroupPolicy[] Ingress?:SecurityGroupPolicy[] PolicyStatistics?:PolicyStatistics
ServiceTemplateSpecification ServiceId?:string ServiceGroupId?:string
SetLoadBalancerSecurityGroupsRequest LoadBalancerId:string SecurityGroups?:string[]
SetLoadBalancerSecurityGroupsResponse RequestId?:string
SetLoadBalancerStartStatusRequest OperationType:string LoadBalancerId:string ListenerIds?:string[]
SetLoadBalancerStartStatusResponse RequestId?:string
SetSecurityGroupForLoadbalancersRequest SecurityGroup:string OperationType:string LoadBalancerIds:string[]
SetSecurityGroupForLoadbalancersResponse RequestId?:string
SlaUpdateParam LoadBalancerId:string SlaType:string
SnatIp SubnetId:string Ip?:string
SupportDownloadType NGINX?:boolean APACHE?:boolean TOMCAT?:boolean IIS?:boolean JKS?:boolean OTHER?:boolean ROOT?:boolean
Tag Key:string Value?:string
TagInfo TagKey:string TagValue:string
Tags TagKey:string TagValue:string
Target Port:integer Type?:string InstanceId?:string Weight?:integer EniIp?:string Tag?:string
TargetHealth IP?:string Port?:integer HealthStatus?:boolean TargetId?:string HealthStatusDetail?:string HealthStatusDetial?:string TargetGroupId?:string Weight?:integer
TargetRegionInfo Region:string VpcId:string NumericalVpcId?:integer
UploadCertificateRequest CertificatePublicKey:string CertificatePrivateKey?:string CertificateType?:string Alias?:string ProjectId?:integer CertificateUse?:string Tags?:Tags[] Repeatable?:boolean KeyPassword?:string
UploadCertificateResponse CertificateId?:string RepeatCertId?:string RequestId?:string
ZoneInfo ZoneId?:integer Zone?:string ZoneName?:string ZoneRegion?:string LocalZone?:boolean EdgeZone?:boolean
`;
