import {
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateLaunchTemplateCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeRouteTablesCommand,
  EC2Client,
  ModifySubnetAttributeCommand,
  type RequestLaunchTemplateData,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import { REGION } from '../harness.ts';
import { type Account, required } from './account.ts';

/** Makes a VPC (10.0.0.0/16) with an internet gateway that nothing leads to yet. */
export async function aVpc(account: Account) {
  const ec2 = account.client(EC2Client);
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const vpc = { id: required(Vpc?.VpcId), gateway: required(InternetGateway?.InternetGatewayId) };
  await ec2.send(new AttachInternetGatewayCommand({ VpcId: vpc.id, InternetGatewayId: vpc.gateway }));
  return vpc;
}
export type Vpc = Awaited<ReturnType<typeof aVpc>>;

/** Makes a subnet without a route table of its own: `10.0.<number>.0/24`. */
export async function aSubnet(account: Account, { id }: Vpc, number: number): Promise<string> {
  const command = new CreateSubnetCommand({
    VpcId: id,
    CidrBlock: `10.0.${number}.0/24`,
    AvailabilityZone: `${REGION}${'abc'[number % 3]}`,
  });
  return required((await account.client(EC2Client).send(command)).Subnet?.SubnetId);
}

/** Makes a subnet whose route table leads to the internet gateway and that gives out public addresses. */
export async function aPublicSubnet(account: Account, vpc: Vpc, number: number): Promise<string> {
  const ec2 = account.client(EC2Client);
  const SubnetId = await aSubnet(account, vpc, number);
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId: vpc.id }));
  const RouteTableId = required(RouteTable?.RouteTableId);
  await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
  await routeToInternet(account, vpc, RouteTableId);
  await ec2.send(new ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value: true } }));
  return SubnetId;
}

/** Makes every subnet without a route table of its own lead to the internet gateway. */
export async function openMainRouteTable(account: Account, vpc: Vpc): Promise<void> {
  const Filters = [
    { Name: 'vpc-id', Values: [vpc.id] },
    { Name: 'association.main', Values: ['true'] },
  ];
  const answer = await account.client(EC2Client).send(new DescribeRouteTablesCommand({ Filters }));
  await routeToInternet(account, vpc, required(answer.RouteTables?.[0]?.RouteTableId));
}

async function routeToInternet(account: Account, { gateway }: Vpc, RouteTableId: string): Promise<void> {
  const route = { RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId: gateway };
  await account.client(EC2Client).send(new CreateRouteCommand(route));
}

/** Starts an instance that is a node of the cluster. */
export async function aNode(
  account: Account,
  clusterName: string,
  SubnetId: string,
  differing: Partial<RunInstancesCommandInput> = {},
): Promise<void> {
  const Tags = [{ Key: `kubernetes.io/cluster/${clusterName}`, Value: 'owned' }];
  const command = new RunInstancesCommand({
    ImageId: 'ami-12345678',
    InstanceType: 't3.medium',
    MinCount: 1,
    MaxCount: 1,
    SubnetId,
    TagSpecifications: [{ ResourceType: 'instance', Tags }],
    ...differing,
  });
  await account.client(EC2Client).send(command);
}

/** Makes a launch template; returns its id. */
export async function aLaunchTemplate(
  account: Account,
  LaunchTemplateName: string,
  LaunchTemplateData: RequestLaunchTemplateData,
): Promise<string> {
  const command = new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData });
  return required((await account.client(EC2Client).send(command)).LaunchTemplate?.LaunchTemplateId);
}
