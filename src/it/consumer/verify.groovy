import groovy.json.JsonSlurper

def target = new File(basedir, 'target')
def json = { name -> new JsonSlurper().parse(new File(target, "cdk.out/$name")) }
def count = { stack, type -> json("${stack}.template.json").Resources.values().count { it.Type == type } }

// The jar brings the library that reads addresses and the nullness annotations; the rest comes with the CDK.
def classpath = new File(target, 'dependencies.txt').readLines()
        .findAll { it.contains(':compile') || it.contains(':runtime') }
        .collect { it.trim().split(':')[0..1].join(':') }
assert classpath.toSorted() == [
        'com.fasterxml.jackson.core:jackson-annotations',
        'com.fasterxml.jackson.core:jackson-core',
        'com.fasterxml.jackson.core:jackson-databind',
        'com.fasterxml.jackson.datatype:jackson-datatype-jsr310',
        'com.github.seancfoley:ipaddress',
        'io.enifailover:eni-failover',
        'javax.annotation:javax.annotation-api',
        'org.jetbrains:annotations',
        'org.jspecify:jspecify',
        'software.amazon.awscdk:aws-cdk-lib',
        'software.amazon.awscdk:cdk-asset-awscli-v1',
        'software.amazon.awscdk:cdk-asset-node-proxy-agent-v6',
        'software.amazon.awscdk:cdk-cloud-assembly-schema',
        'software.amazon.jsii:jsii-runtime',
        'software.constructs:constructs',
]

assert count('OwnVpc', 'AWS::EC2::VPC') == 1
assert count('OwnVpc', 'AWS::EC2::Instance') == 2
assert count('OwnVpc', 'Custom::InterfaceSwap') == 1

assert count('Shop', 'AWS::EC2::VPC') == 0
assert count('Shop', 'AWS::EC2::Instance') == 4
assert count('Shop', 'Custom::InterfaceSwap') == 2

def ownService = json('OwnService.template.json')
assert count('OwnService', 'AWS::EC2::Instance') == 2
assert ownService.Resources.values().findAll { it.Type == 'AWS::EC2::SecurityGroup' }
        .collectMany { it.Properties.SecurityGroupIngress }*.FromPort == [443]
assert ownService.Outputs.ServiceName.Value == 'shop'
assert ownService.Outputs.keySet().containsAll(['ServiceUrl', 'HealthUrl', 'InterfaceId', 'FunctionName', 'LogGroupName'])
// In fewer than thirty lines, without the head of the file.
assert new File(basedir, 'src/main/java/shop/OwnServiceStack.java').readLines().dropWhile { !it.startsWith('final class') }.size() < 30

// The function's package was found in the jar and unpacked with its libraries.
def packages = new File(target, 'cdk.out').listFiles().findAll { new File(it, 'lib/eni-failover-controller.jar').file }
assert packages.size() == 1
assert new File(packages[0], 'lib').list().any { it.startsWith('ec2-') }

// The CDK's command line looks these up, and calls the application again with the answers.
assert json('manifest.json').missing*.provider.toSorted() == ['availability-zones', 'ssm']

assert new File(target, 'anywhere.txt').text ==
        'env of stack Anywhere must be an account and a Region, for which zones and image are looked up, got neither'
