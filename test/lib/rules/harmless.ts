/** What no rule judges of the resources of a cache, with the reason why its loss does no harm. */

const TEXT = 'a text for people';
const TAGS = 'tags of these resources decide nothing';
const REFUSED = 'AWS refuses the deploy, or makes a new resource that is right as well';
const CLOSED = 'without it the connection fails: nothing opens';
const TUNABLE = 'thresholds of the nodes are tuned, with the prop `alarms` or by override';
const LOOK = 'a view of metrics, which decides nothing';
const PUBLISHED = 'not secret; clients verify the certificate of the host that they are told';
const ROUTES = 'the rule `cache-subnet-routes` judges where the routes of a subnet lead';
const DEFAULTS = 'AWS takes its default, of the same kind';

export const HARMLESS: Readonly<Record<string, string>> = {
  'AWS::CloudWatch::Alarm AlarmDescription': TEXT,
  'AWS::CloudWatch::Alarm DatapointsToAlarm': TUNABLE,
  'AWS::CloudWatch::Alarm EvaluationPeriods': TUNABLE,
  'AWS::CloudWatch::Alarm OKActions':
    'who is told of the alarm looks at it, told of its end or not',
  'AWS::CloudWatch::Alarm Period': TUNABLE,
  'AWS::CloudWatch::Alarm Threshold': TUNABLE,
  'AWS::CloudWatch::Alarm TreatMissingData': TUNABLE,
  'AWS::CloudWatch::CompositeAlarm AlarmDescription': TEXT,
  'AWS::CloudWatch::CompositeAlarm OKActions':
    'who is told of the alarm looks at it, told of its end or not',
  'AWS::CloudWatch::Dashboard': LOOK,
  'AWS::CloudWatch::Dashboard DashboardBody': LOOK,
  'AWS::EC2::RouteTable': REFUSED,
  'AWS::EC2::RouteTable Tags': TAGS,
  'AWS::EC2::RouteTable VpcId': REFUSED,
  'AWS::EC2::SecurityGroup GroupDescription': TEXT,
  'AWS::EC2::SecurityGroup SecurityGroupEgress':
    'that of the cache is judged; endpoints of AWS answer and call nobody',
  'AWS::EC2::SecurityGroup VpcId': REFUSED,
  'AWS::EC2::SecurityGroupEgress': CLOSED,
  'AWS::EC2::SecurityGroupEgress Description': TEXT,
  'AWS::EC2::SecurityGroupEgress DestinationSecurityGroupId': REFUSED,
  'AWS::EC2::SecurityGroupEgress FromPort': 'to the same security group',
  'AWS::EC2::SecurityGroupEgress GroupId': REFUSED,
  'AWS::EC2::SecurityGroupEgress IpProtocol': REFUSED,
  'AWS::EC2::SecurityGroupEgress ToPort': 'to the same security group',
  'AWS::EC2::SecurityGroupIngress': CLOSED,
  'AWS::EC2::SecurityGroupIngress Description': TEXT,
  'AWS::EC2::SecurityGroupIngress FromPort': 'of the endpoints, from the same security group',
  'AWS::EC2::SecurityGroupIngress GroupId': REFUSED,
  'AWS::EC2::SecurityGroupIngress IpProtocol': REFUSED,
  'AWS::EC2::SecurityGroupIngress SourceSecurityGroupId': REFUSED,
  'AWS::EC2::SecurityGroupIngress ToPort': 'of the endpoints, from the same security group',
  'AWS::EC2::Subnet AvailabilityZone': DEFAULTS,
  'AWS::EC2::Subnet CidrBlock': REFUSED,
  'AWS::EC2::Subnet Tags': TAGS,
  'AWS::EC2::SubnetRouteTableAssociation':
    'the main route table of a new VPC has no way out either',
  'AWS::EC2::SubnetRouteTableAssociation RouteTableId': ROUTES,
  'AWS::EC2::SubnetRouteTableAssociation SubnetId': ROUTES,
  'AWS::EC2::VPC CidrBlock': REFUSED,
  'AWS::EC2::VPC InstanceTenancy': DEFAULTS,
  'AWS::EC2::VPC Tags': TAGS,
  'AWS::ElastiCache::ParameterGroup Description': TEXT,
  'AWS::ElastiCache::ReplicationGroup CacheNodeType': REFUSED,
  'AWS::ElastiCache::ReplicationGroup Engine': REFUSED,
  'AWS::ElastiCache::ReplicationGroup EngineVersion': DEFAULTS,
  'AWS::ElastiCache::ReplicationGroup PreferredMaintenanceWindow': DEFAULTS,
  'AWS::ElastiCache::ReplicationGroup ReplicationGroupDescription': TEXT,
  'AWS::ElastiCache::ReplicationGroup SnapshotWindow': DEFAULTS,
  'AWS::ElastiCache::SubnetGroup Description': TEXT,
  'AWS::Events::Rule Description': TEXT,
  'AWS::IAM::ManagedPolicy Description': TEXT,
  'AWS::IAM::ManagedPolicy Path': DEFAULTS,
  'AWS::IAM::Role Description': TEXT,
  'AWS::KMS::Key Description': TEXT,
  'AWS::Lambda::Function Description': TEXT,
  'AWS::Lambda::Function MemorySize': 'a function that fails alarms',
  'AWS::SSM::Parameter': PUBLISHED,
  'AWS::SSM::Parameter Description': TEXT,
  'AWS::SSM::Parameter Name': PUBLISHED,
  'AWS::SSM::Parameter Type': PUBLISHED,
  'AWS::SSM::Parameter Value': PUBLISHED,
  'AWS::Scheduler::Schedule Description': TEXT,
};

/** The logical ids of what CDK makes by itself, once per stack: docs/rules.md says so. */
export const OF_CDK = /^CustomVpcRestrictDefaultSGCustomResourceProvider/;
